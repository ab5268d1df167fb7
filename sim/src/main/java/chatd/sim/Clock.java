package chatd.sim;

import java.time.Duration;
import java.time.Instant;
import java.util.PriorityQueue;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/// The time of a simulation, which stands still while anything happens, and what will happen when.
/// Things of one moment come in an order drawn from the seed.
final class Clock {
  private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

  private final PriorityQueue<Event> events = new PriorityQueue<>();
  private final SplittableRandom random;
  private long nanos;
  private long set;

  Clock(SplittableRandom random) {
    this.random = random;
  }

  /// Something to come.
  static final class Event implements Comparable<Event> {
    private final long at;
    private final long tie;
    private final long order;
    private final Runnable action;
    private boolean cancelled;

    private Event(long at, long tie, long order, Runnable action) {
      this.at = at;
      this.tie = tie;
      this.order = order;
      this.action = action;
    }

    void cancel() {
      cancelled = true;
    }

    @Override
    public int compareTo(Event other) {
      var byTime = Long.compare(at, other.at);
      var byTie = byTime != 0 ? byTime : Long.compare(tie, other.tie);
      return byTie != 0 ? byTie : Long.compare(order, other.order);
    }

    @Override
    public boolean equals(@Nullable Object other) {
      return this == other;
    }

    @Override
    public int hashCode() {
      return Long.hashCode(order);
    }
  }

  Instant now() {
    return START.plusNanos(nanos);
  }

  long nanos() {
    return nanos;
  }

  Event after(long delayNanos, Runnable action) {
    var event = new Event(nanos + Math.max(0, delayNanos), random.nextLong(), set++, action);
    events.add(event);
    return event;
  }

  Event after(Duration delay, Runnable action) {
    return after(delay.toNanos(), action);
  }

  /// Moves on to what comes next and lets it happen. False: nothing comes any more, or not before
  /// `until`; then it is `until`.
  boolean step(long until) {
    for (var next = events.peek(); next != null && next.at <= until; next = events.peek()) {
      events.remove();
      if (!next.cancelled) {
        nanos = next.at;
        next.action.run();
        return true;
      }
    }
    nanos = Math.max(nanos, until);
    return false;
  }
}
