package chatd.engine.feed;

import chatd.engine.loop.Mailbox;
import chatd.engine.port.Telemetry;
import chatd.engine.port.Time;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.ThreadFactory;
import java.util.function.Supplier;
import java.util.stream.Stream;

/// The regular look at connections of this replica, from one timer: pings, and the end of those
/// that show no sign of life or whose clients may see no more.
public final class Pulse {
  private static final Duration PERIOD = Duration.ofSeconds(1);

  private enum Beat {
    BEAT
  }

  private final Time time;
  private final ThreadFactory threads;
  private final FeedLimits.Times times;
  private final Telemetry telemetry;
  private final Supplier<Stream<? extends Served>> all;
  private final Mailbox<Beat> mailbox = new Mailbox<>();
  private long pingedAt;

  /// `all` are the connections that there are at the moment.
  public Pulse(
      Time time,
      ThreadFactory threads,
      FeedLimits.Times times,
      Telemetry telemetry,
      Supplier<Stream<? extends Served>> all) {
    this.time = time;
    this.threads = threads;
    this.times = times;
    this.telemetry = telemetry;
    this.all = all;
  }

  public void start() {
    pingedAt = time.nanos();
    threads.newThread(this::run).start();
    arm();
  }

  /// Looks at nobody any more.
  public void stop() {
    mailbox.close();
  }

  private void arm() {
    time.after(PERIOD, () -> mailbox.postOnce(Beat.BEAT));
  }

  private void run() {
    try {
      while (!mailbox.take().isEmpty()) {
        beatOnce();
        arm();
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  private void beatOnce() {
    try {
      beat();
    } catch (RuntimeException | Error bug) {
      // One viewer that cannot be must not keep all others from being looked at ever again.
      telemetry.broken("the pulse of all viewers", bug);
    }
  }

  private void beat() {
    var now = time.nanos();
    var wallClock = time.now();
    var isPingDue = now - pingedAt >= times.keepalive().toNanos();
    if (isPingDue) {
      pingedAt = now;
    }
    all.get().forEach(served -> look(served, wallClock, isPingDue));
  }

  private void look(Served served, Instant now, boolean isPingDue) {
    served.checkAccess(now);
    served.overdue(times.silence()).ifPresent(served.carrier()::end);
    if (isPingDue) {
      served.carrier().ping();
    }
  }
}
