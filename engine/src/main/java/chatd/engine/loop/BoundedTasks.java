package chatd.engine.loop;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// Runs tasks on threads of their own, so many at once; the others wait for their turn, in order.
public final class BoundedTasks {
  private final ReentrantLock lock = new ReentrantLock();
  private final Deque<Runnable> waiting = new ArrayDeque<>();
  private final ThreadFactory threads;
  private final int atOnce;
  private int running;

  public BoundedTasks(ThreadFactory threads, int atOnce) {
    this.threads = threads;
    this.atOnce = atOnce;
  }

  public void start(Runnable task) {
    if (enter(task)) {
      run(task);
    }
  }

  private void run(Runnable task) {
    threads
        .newThread(() -> {
          try {
            task.run();
          } finally {
            runNext();
          }
        })
        .start();
  }

  private boolean enter(Runnable task) {
    lock.lock();
    try {
      if (running == atOnce) {
        waiting.add(task);
        return false;
      }
      running++;
      return true;
    } finally {
      lock.unlock();
    }
  }

  private void runNext() {
    var next = next();
    if (next != null) {
      run(next);
    }
  }

  private @Nullable Runnable next() {
    lock.lock();
    try {
      var next = waiting.poll();
      if (next == null) {
        running--;
      }
      return next;
    } finally {
      lock.unlock();
    }
  }
}
