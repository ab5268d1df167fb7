package chatd.engine.fake;

import chatd.engine.port.Time;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/// A clock that stands still until a test moves it. Timers run on the thread that does.
public final class ManualTime implements Time {
  private static final Instant START = Instant.parse("2026-05-28T00:00:00Z");

  private final PriorityQueue<Waiting> waiting =
      new PriorityQueue<>(Comparator.comparingLong(Waiting::at).thenComparingLong(Waiting::order));
  private long nanos;
  private long timersSet;

  @Override
  public synchronized Instant now() {
    return START.plusNanos(nanos);
  }

  @Override
  public synchronized long nanos() {
    return nanos;
  }

  @Override
  public synchronized Timer after(Duration delay, Runnable action) {
    var timer = new Waiting(nanos + delay.toNanos(), timersSet++, action);
    waiting.add(timer);
    return () -> cancel(timer);
  }

  /// Moves the clock on and runs, one after the other, every timer that falls due on the way.
  public void advance(Duration by) {
    var until = nanos() + by.toNanos();
    for (var due = nextUntil(until); due != null; due = nextUntil(until)) {
      due.action().run();
    }
  }

  /// Timers set and neither run nor cancelled.
  public synchronized int pending() {
    return waiting.size();
  }

  private synchronized @Nullable Waiting nextUntil(long until) {
    var first = waiting.peek();
    if (first == null || first.at() > until) {
      nanos = until;
      return null;
    }
    waiting.remove();
    nanos = first.at();
    return first;
  }

  private synchronized void cancel(Waiting timer) {
    waiting.remove(timer);
  }

  private record Waiting(long at, long order, Runnable action) {}
}
