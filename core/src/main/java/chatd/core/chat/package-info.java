/// The durable life of a chat: its states, the commands that move it, and what each one changes.
///
/// Entered by the store (which loads facts and writes effects) and by every later room that reads a
/// chat's row. Stays out: SQL, time, JSON, and who is alive.
@NullMarked
package chatd.core.chat;

import org.jspecify.annotations.NullMarked;
