/// Links between replicas as WebSockets of Jetty: dialled by its client, accepted by a route of the
/// server's own port.
///
/// Entered by `Main`, which gives the dialler to the relay and the route to the server. Stays out:
/// what is said on a link, who may say it, users and their tokens.
@NullMarked
package chatd.server.relay;

import org.jspecify.annotations.NullMarked;
