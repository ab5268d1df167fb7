/// Watching all chats of a user: one source per user, which learns each change once, and all who
/// watch behind it.
///
/// Entered by `Main` and the routes. Stays out: parts and messages, JSON, SQL.
@NullMarked
package chatd.engine.watch;

import org.jspecify.annotations.NullMarked;
