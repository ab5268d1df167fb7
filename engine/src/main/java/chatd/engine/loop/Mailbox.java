package chatd.engine.loop;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/// The events of one loop, in the order they were posted. Many threads post, one takes.
///
/// A mailbox has no bound of its own: each sender bounds what it has waiting, by an answer it waits
/// for or by `postOnce`.
public final class Mailbox<E> {
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private List<E> waiting = new ArrayList<>();
  private final Set<E> once = new HashSet<>();
  private boolean closed;

  /// Adds an event. False: the mailbox is closed, and nobody will see it.
  public boolean post(E event) {
    lock.lock();
    try {
      return add(event);
    } finally {
      lock.unlock();
    }
  }

  /// Adds an event that says "look again", unless an equal one posted so still waits: that one will
  /// be taken after this call as well.
  public boolean postOnce(E event) {
    lock.lock();
    try {
      return !closed && (!once.add(event) || add(event));
    } finally {
      lock.unlock();
    }
  }

  /// Everything that waits, at least one event; waits for it. Empty: the mailbox is closed.
  public List<E> take() throws InterruptedException {
    lock.lockInterruptibly();
    try {
      while (waiting.isEmpty() && !closed) {
        changed.await();
      }
      return takeAll();
    } finally {
      lock.unlock();
    }
  }

  /// Takes no events any more. Returns those that nobody took.
  public List<E> close() {
    lock.lock();
    try {
      closed = true;
      changed.signalAll();
      return takeAll();
    } finally {
      lock.unlock();
    }
  }

  private boolean add(E event) {
    if (closed) {
      return false;
    }
    waiting.add(event);
    changed.signal();
    return true;
  }

  private List<E> takeAll() {
    var taken = waiting;
    waiting = new ArrayList<>();
    once.clear();
    return taken;
  }
}
