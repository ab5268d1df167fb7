package chatd.relay;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/// What the loop of a peer hears. `dial` is the number of the dialling that became the link.
sealed interface PeerNotice {
  record Want(WantedStream stream) implements PeerNotice {}

  record Unwant(long stream) implements PeerNotice {}

  record Ask(long stream) implements PeerNotice {}

  /// Where the peer is now, or nothing if it is not known to live.
  record Address(@Nullable String address) implements PeerNotice {}

  record Alarm() implements PeerNotice {}

  record Opened(long dial, Link link) implements PeerNotice {}

  record Failed(long dial, Throwable cause) implements PeerNotice {}

  record Heard(long dial) implements PeerNotice {}

  record Received(long dial, ByteBuffer message) implements PeerNotice {}

  record Written(long dial) implements PeerNotice {}

  record Ended(long dial) implements PeerNotice {}

  record Stop() implements PeerNotice {}
}
