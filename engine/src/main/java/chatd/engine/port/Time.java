package chatd.engine.port;

import java.time.Duration;
import java.time.Instant;

/// The clock, and the only way to wait.
public interface Time {

  /// The wall clock. For people and for records, never for measuring.
  Instant now();

  /// A monotonic reading in nanoseconds; only differences mean something.
  long nanos();

  /// Runs `action` once, after `delay`. The action must not block: it posts an event to a mailbox.
  Timer after(Duration delay, Runnable action);

  /// A timer that has been set.
  interface Timer {
    /// Forgets the timer. It may be running already; then this changes nothing.
    void cancel();
  }
}
