package chatd.sim;

import chatd.engine.port.StoreException;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;

/// An answer that a thread of a replica waits for, as for one that comes through a socket: an
/// interruption does not end the wait.
final class Reply<T> {
  private final CountDownLatch here = new CountDownLatch(1);
  private @Nullable T value;
  private @Nullable RuntimeException fault;

  boolean isHere() {
    return here.getCount() == 0;
  }

  void give(@Nullable T answer) {
    if (!isHere()) {
      value = answer;
      here.countDown();
    }
  }

  void fail(RuntimeException why) {
    if (!isHere()) {
      fault = why;
      here.countDown();
    }
  }

  @Nullable T await() {
    var interrupted = false;
    while (true) {
      try {
        here.await();
        break;
      } catch (InterruptedException _) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    if (fault instanceof StoreException store) { // With the stack of whoever asked.
      throw new StoreException(store.kind(), String.valueOf(store.getMessage()), store);
    }
    if (fault != null) {
      throw fault;
    }
    return value;
  }
}
