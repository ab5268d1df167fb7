/// Turns on this replica: acquire chats, run them, stop them, give them back; stay alive, and look
/// after what nobody looks after.
///
/// Entered by `Main`. Meets the viewers only in the part logs, the store and the hints. Stays out:
/// anything that knows a viewer, a socket or SQL.
@NullMarked
package chatd.engine.worker;

import org.jspecify.annotations.NullMarked;
