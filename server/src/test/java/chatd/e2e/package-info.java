/// The whole of chatd from outside: a real server with a real database and real sockets, a provider
/// that does what it is told, and viewers that forgive nothing.
///
/// Entered by nobody. Stays out: anything that knows how the server does it.
@NullMarked
package chatd.e2e;

import org.jspecify.annotations.NullMarked;
