/// The shape that all machines share: an event in, the next state and a list of actions out.
///
/// Entered by every machine of the core and by the loops that carry actions out. Stays out:
/// everything else.
@NullMarked
package chatd.core;

import org.jspecify.annotations.NullMarked;
