/// What the loops need from the world, as small interfaces with the records they speak in.
///
/// Entered by every loop and implemented by adapters. Stays out: anything that waits or decides.
@NullMarked
package chatd.engine.port;

import org.jspecify.annotations.NullMarked;
