package chatd.relay;

import chatd.core.chat.ReplicaId;
import chatd.engine.port.Telemetry;
import chatd.engine.port.Time;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// What is reported of diallings that came to nothing: each reason at once, and again a minute
/// later. A peer that cannot be reached is dialled every few seconds, possibly for hours.
final class DialTroubles {
  private static final Duration REPEATED = Duration.ofMinutes(1);

  /// Reasons are texts of libraries, which may have a number in them.
  private static final int REASONS_MAX = 8;

  private final ReplicaId peer;
  private final Time time;
  private final Telemetry telemetry;
  private final Set<String> told = new HashSet<>();
  private long since;

  DialTroubles(ReplicaId peer, Time time, Telemetry telemetry) {
    this.peer = peer;
    this.time = time;
    this.telemetry = telemetry;
  }

  void failed(@Nullable String address, Throwable cause) {
    var now = time.nanos();
    if (now - since >= REPEATED.toNanos()) {
      told.clear();
    }
    if (told.isEmpty()) {
      since = now;
    }
    if (told.size() < REASONS_MAX && told.add(cause.toString())) {
      telemetry.trouble("dialling replica " + peer + " at " + address, cause);
    }
  }

  /// There is a link: whatever fails next is news.
  void over() {
    told.clear();
  }
}
