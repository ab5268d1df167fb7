package chatd.engine.loop;

import chatd.engine.port.Time;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;

/// A wait for one thread that time ends, or anybody who wants it over sooner. Used once.
public final class Pause {
  private final CountDownLatch over = new CountDownLatch(1);

  /// Blocks the calling thread for `length`, or until the pause is ended.
  ///
  /// @throws InterruptedException if the thread is to stop
  public void await(Time time, Duration length) throws InterruptedException {
    var timer = time.after(length, this::end);
    try {
      over.await();
    } finally {
      timer.cancel();
    }
  }

  public void end() {
    over.countDown();
  }
}
