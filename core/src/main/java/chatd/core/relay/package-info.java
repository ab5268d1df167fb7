/// Which replica to listen to, and what to tell the replicas that listen: the decisions of both
/// ends of a link.
///
/// Entered by the loops of the relay. Stays out: sockets, bytes on the wire, and everything that
/// knows a viewer or the database.
@NullMarked
package chatd.core.relay;

import org.jspecify.annotations.NullMarked;
