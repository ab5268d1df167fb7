package chatd.relay;

import chatd.engine.port.Time;
import java.time.Duration;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/// The one timer of a peer's loop: when its machine has to be told that time has passed.
final class PeerAlarm {
  private final Time time;
  private final Runnable ring;
  private Time.@Nullable Timer timer;
  private OptionalLong dueAt = OptionalLong.empty();

  PeerAlarm(Time time, Runnable ring) {
    this.time = time;
    this.ring = ring;
  }

  /// Rings at this monotonic reading in nanoseconds, or not at all, and not when it was to before.
  void set(OptionalLong next) {
    if (next.equals(dueAt)) {
      return;
    }
    cancel();
    dueAt = next;
    if (next.isPresent()) {
      var delay = Duration.ofNanos(Math.max(0, next.getAsLong() - time.nanos()));
      timer = time.after(delay, ring);
    }
  }

  /// It has rung. If it came early, the same time can be set again.
  void rang() {
    dueAt = OptionalLong.empty();
  }

  void cancel() {
    if (timer != null) {
      timer.cancel();
      timer = null;
    }
  }
}
