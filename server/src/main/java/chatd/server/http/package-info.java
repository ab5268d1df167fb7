/// The HTTP interface: the server, its errors, and the routes.
///
/// Entered by `Main` only. Adapters meet it through ports, or as functions that `Main` passes on.
/// Stays out: SQL, the shape of providers, and how a stream is written.
@NullMarked
package chatd.server.http;

import org.jspecify.annotations.NullMarked;
