/// What a network can do to those who use it.
///
/// Entered by the tests of adapters and of the whole. Stays out: anything that knows what is said.
@NullMarked
package chatd.fault;

import org.jspecify.annotations.NullMarked;
