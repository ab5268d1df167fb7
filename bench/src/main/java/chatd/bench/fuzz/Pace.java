package chatd.bench.fuzz;

import java.time.Duration;

/// Lets all threads together make so many steps a second.
final class Pace {
  private final long periodNanos;
  private long next = System.nanoTime();

  Pace(int perSecond) {
    this.periodNanos = Duration.ofSeconds(1).toNanos() / perSecond;
  }

  /// Returns when it is this thread's turn.
  void await() throws InterruptedException {
    Thread.sleep(Duration.ofNanos(Math.max(0, place() - System.nanoTime())));
  }

  /// Time in which nobody came is lost, so that no crowd follows it.
  private synchronized long place() {
    var place = Math.max(next, System.nanoTime());
    next = place + periodNanos;
    return place;
  }
}
