package chatd.engine.feed;

import chatd.core.feed.CloseReason;
import chatd.engine.port.Carrier;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/// A connection that has to be looked at regularly.
public interface Served {
  Carrier carrier();

  /// Ends the stream, unless it may go on.
  void checkAccess(Instant now);

  /// Why the connection must be closed without waiting for it any longer.
  Optional<CloseReason> overdue(Duration silence);
}
