/// What somebody who watches all chats of a user is told: kinds of changes, found by comparing two
/// states of a chat, and the newest of each for those who read slowly.
///
/// Entered by `engine.watch`. Stays out: parts, messages, connections, JSON.
@NullMarked
package chatd.core.watch;

import org.jspecify.annotations.NullMarked;
