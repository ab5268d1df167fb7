/// Readers that forgive nothing: of what is told to viewers, and of what is asked of providers.
///
/// Entered by tests of the whole and by the instruments. Stays out: sockets, and how the server
/// does it.
@NullMarked
package chatd.strict;

import org.jspecify.annotations.NullMarked;
