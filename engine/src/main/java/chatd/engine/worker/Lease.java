package chatd.engine.worker;

import chatd.engine.port.Time;
import java.time.Duration;

/// How much this replica may still do, judged by its last confirmed heartbeat. The time counted is
/// that before the heartbeat was sent, so the others cannot have seen it earlier.
final class Lease {
  private static final Duration MARGIN = Duration.ofSeconds(1);

  private final Time time;
  private final long numberingNanos;
  private final long startingNanos;
  private volatile long confirmedAt;
  private volatile boolean over;

  Lease(Time time, Duration lease) {
    this.time = time;
    this.numberingNanos = lease.minus(MARGIN).toNanos();
    this.startingNanos = lease.dividedBy(2).toNanos();
    this.confirmedAt = time.nanos();
  }

  /// A heartbeat that was sent at `sentAt` counts.
  void confirmed(long sentAt) {
    confirmedAt = sentAt;
  }

  /// This replica was declared dead, or has left.
  void end() {
    over = true;
  }

  boolean isOver() {
    return over;
  }

  /// Whether a part may be numbered: nobody can have declared this replica dead yet.
  boolean allowsParts() {
    return !over && time.nanos() - confirmedAt < numberingNanos;
  }

  /// Whether a model request or a tool may start.
  boolean allowsStart() {
    return !over && time.nanos() - confirmedAt < startingNanos;
  }
}
