/// The program: `Main` knows every class of chatd and wires them by hand.
///
/// Nothing enters here. Stays out: anything that decides, waits or speaks to the outside itself.
@NullMarked
package chatd;

import org.jspecify.annotations.NullMarked;
