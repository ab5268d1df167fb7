/// What replicas say to each other directly, over HTTP.
///
/// Entered by `Main` only. Stays out: users, their tokens, and what is in a chat.
@NullMarked
package chatd.server.relay;

import org.jspecify.annotations.NullMarked;
