/// JSON in and out: the one place that knows how chatd's objects are spelled on the wire and at
/// rest.
///
/// Entered by every other adapter. Stays out: sockets, SQL, and any provider's own shapes.
@NullMarked
package chatd.server.wire;

import org.jspecify.annotations.NullMarked;
