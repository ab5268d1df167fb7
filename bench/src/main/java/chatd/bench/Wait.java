package chatd.bench;

import java.time.Duration;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;

/// Waiting for real processes.
final class Wait {
  private static final Duration LOOK = Duration.ofMillis(5);

  private Wait() {}

  /// Returns when the condition holds.
  ///
  /// @throws TimeoutException if that takes longer than `patience`, naming what was awaited
  static void until(String what, Duration patience, BooleanSupplier condition)
      throws InterruptedException, TimeoutException {
    var end = System.nanoTime() + patience.toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > end) {
        throw new TimeoutException("waited " + patience.toSeconds() + " s in vain for " + what);
      }
      Thread.sleep(LOOK);
    }
  }
}
