package chatd.server.model;

import chatd.engine.port.Time;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/// A clock that stands until it is told to go on.
final class ManualTime implements Time {
  static final Instant NOW = Instant.parse("2026-05-28T12:00:00Z");

  private final List<Alarm> alarms = new ArrayList<>();
  private Duration elapsed = Duration.ZERO;

  private record Alarm(Duration at, Runnable action) {}

  @Override
  public synchronized Instant now() {
    return NOW.plus(elapsed);
  }

  @Override
  public synchronized long nanos() {
    return elapsed.toNanos();
  }

  @Override
  public synchronized Timer after(Duration delay, Runnable action) {
    var alarm = new Alarm(elapsed.plus(delay), action);
    alarms.add(alarm);
    notifyAll();
    return () -> forget(alarm);
  }

  /// Waits until somebody has set a timer.
  synchronized void awaitTimer() throws InterruptedException {
    while (alarms.isEmpty()) {
      wait();
    }
  }

  /// Waits until every timer that was set has been cancelled or has gone off.
  synchronized void awaitNoTimer() throws InterruptedException {
    while (!alarms.isEmpty()) {
      wait();
    }
  }

  void advance(Duration by) {
    due(by).forEach(alarm -> alarm.action.run());
  }

  private synchronized List<Alarm> due(Duration by) {
    elapsed = elapsed.plus(by);
    var due = alarms.stream().filter(alarm -> alarm.at.compareTo(elapsed) <= 0).toList();
    alarms.removeAll(due);
    notifyAll();
    return due;
  }

  private synchronized void forget(Alarm alarm) {
    alarms.remove(alarm);
    notifyAll();
  }
}
