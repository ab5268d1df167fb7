package chatd.engine.loop;

import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/// One slot that holds the newest of what was posted, by version: never full, never behind. Many
/// threads post, one takes. What is not newer than everything taken before is forgotten.
public final class LatestMailbox<V> {
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final ToLongFunction<V> version;
  private @Nullable V slot;
  private long newest = Long.MIN_VALUE;
  private boolean closed;

  public LatestMailbox(ToLongFunction<V> version) {
    this.version = version;
  }

  public void post(V value) {
    lock.lock();
    try {
      var its = version.applyAsLong(value);
      if (its > newest && !closed) {
        newest = its;
        slot = value;
        changed.signal();
      }
    } finally {
      lock.unlock();
    }
  }

  /// The newest value; waits for one that is newer than the last taken. Empty: closed.
  public Optional<V> take() throws InterruptedException {
    lock.lockInterruptibly();
    try {
      while (slot == null && !closed) {
        changed.await();
      }
      return takeSlot();
    } finally {
      lock.unlock();
    }
  }

  /// The newest value if one waits; does not wait.
  public Optional<V> poll() {
    lock.lock();
    try {
      return takeSlot();
    } finally {
      lock.unlock();
    }
  }

  /// Takes no values any more; what waits is forgotten.
  public void close() {
    lock.lock();
    try {
      closed = true;
      slot = null;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private Optional<V> takeSlot() {
    var taken = Optional.ofNullable(slot);
    slot = null;
    return taken;
  }
}
