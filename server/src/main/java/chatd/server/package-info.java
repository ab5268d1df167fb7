/// What the process itself provides: the clock, and an ear for what the loops report.
///
/// Entered by `Main` alone, which hands these out as the engine's ports. The adapters have rooms of
/// their own below; nothing here knows them.
@NullMarked
package chatd.server;

import org.jspecify.annotations.NullMarked;
