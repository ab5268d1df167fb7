package chatd.server.postgres.embedded;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/// Waits for other processes by looking again and again, within a limit and only as long as nobody
/// wants to close. It counts looks instead of reading a clock: on a machine too busy to look, the
/// limit stretches.
record Patience(CountDownLatch closing) {
  private static final Duration LOOK = Duration.ofMillis(20);

  /// Waits that go on to their limit although everything else is being closed.
  static Patience whileClosing() {
    return new Patience(new CountDownLatch(1));
  }

  /// Whether the condition came true in time.
  boolean until(Duration limit, BooleanSupplier condition) {
    for (var looks = limit.dividedBy(LOOK); looks > 0; looks--) {
      if (condition.getAsBoolean()) {
        return true;
      }
      if (pause(LOOK)) {
        break;
      }
    }
    return condition.getAsBoolean();
  }

  /// Whether closing was asked for within the pause.
  boolean pause(Duration length) {
    try {
      return closing.await(length.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      return true;
    }
  }
}
