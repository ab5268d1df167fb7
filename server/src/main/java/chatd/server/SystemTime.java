package chatd.server;

import chatd.engine.port.Time;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The clocks of the machine.
///
/// One thread waits for all timers and only hands their actions out, each to a virtual thread of
/// its own: an action that is slow, against the rule, delays no other one. Two actions that fall
/// due at about the same time may therefore run in either order.
public final class SystemTime implements Time {
  private static final Logger LOG = LoggerFactory.getLogger(SystemTime.class);
  private static final Duration IDLE = Duration.ofSeconds(10);

  private final ScheduledThreadPoolExecutor timers;

  public SystemTime() {
    var waiting = Thread.ofPlatform().daemon().name("timers").factory();
    timers = new ScheduledThreadPoolExecutor(1, waiting);
    timers.setRemoveOnCancelPolicy(true); // Most timers are cancelled long before they are due.
    // The thread ends when no timer is set, so there is nothing to close.
    timers.setKeepAliveTime(IDLE.toMillis(), TimeUnit.MILLISECONDS);
    timers.allowCoreThreadTimeOut(true);
  }

  @Override
  public Instant now() {
    return Instant.now();
  }

  @Override
  public long nanos() {
    return System.nanoTime();
  }

  @Override
  public Timer after(Duration delay, Runnable action) {
    var due =
        timers.schedule(
            () -> Thread.ofVirtual().name("timer").start(() -> perform(action)),
            delay.toNanos(),
            TimeUnit.NANOSECONDS);
    return () -> due.cancel(false);
  }

  private static void perform(Runnable action) {
    try {
      action.run();
    } catch (RuntimeException | Error bug) {
      LOG.error("The action of a timer failed", bug);
    }
  }
}
