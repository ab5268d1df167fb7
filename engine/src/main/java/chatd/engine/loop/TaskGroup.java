package chatd.engine.loop;

import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/// The side work of a loop: tasks on threads of their own that end when the loop does. A task
/// reports by posting an event; it is cancelled by an interrupt.
public final class TaskGroup {
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition ended = lock.newCondition();
  private final ThreadFactory threads;
  private final Set<Thread> running = new HashSet<>();
  private boolean closed;

  public TaskGroup(ThreadFactory threads) {
    this.threads = threads;
  }

  /// A task that was started.
  @FunctionalInterface
  public interface Task {
    /// Asks it to end.
    void cancel();
  }

  /// Runs `body`. In a closed group nothing is started.
  public Task start(Runnable body) {
    lock.lock();
    try {
      if (closed) {
        return () -> {};
      }
      var thread =
          threads.newThread(
              () -> {
                try {
                  body.run();
                } finally {
                  forget(Thread.currentThread());
                }
              });
      running.add(thread);
      thread.start();
      return thread::interrupt;
    } finally {
      lock.unlock();
    }
  }

  /// Starts nothing any more and asks every task to end.
  public void close() {
    lock.lock();
    try {
      closed = true;
      running.forEach(Thread::interrupt);
    } finally {
      lock.unlock();
    }
  }

  /// Waits until no task runs.
  public void join() throws InterruptedException {
    lock.lockInterruptibly();
    try {
      while (!running.isEmpty()) {
        ended.await();
      }
    } finally {
      lock.unlock();
    }
  }

  private void forget(Thread task) {
    lock.lock();
    try {
      running.remove(task);
      ended.signalAll();
    } finally {
      lock.unlock();
    }
  }
}
