package chatd.engine.feed;

import chatd.engine.loop.Mailbox;
import java.time.Duration;

/// The regular look at every connection of this replica, from one timer: pings, and the end of
/// those that show no sign of life or whose viewers may see no more.
final class Pulse {
  private static final Duration PERIOD = Duration.ofSeconds(1);

  private enum Beat {
    BEAT
  }

  private final FeedContext context;
  private final FeedRegistry registry;
  private final Mailbox<Beat> mailbox = new Mailbox<>();
  private long pingedAt;

  Pulse(FeedContext context, FeedRegistry registry) {
    this.context = context;
    this.registry = registry;
  }

  void start() {
    pingedAt = context.time().nanos();
    context.threads().newThread(this::run).start();
    arm();
  }

  /// Looks at nobody any more.
  void stop() {
    mailbox.close();
  }

  private void arm() {
    context.time().after(PERIOD, () -> mailbox.postOnce(Beat.BEAT));
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
      context.shared().telemetry().broken("the pulse of all viewers", bug);
    }
  }

  private void beat() {
    var now = context.time().nanos();
    var wallClock = context.time().now();
    var times = context.limits().times();
    var isPingDue = now - pingedAt >= times.keepalive().toNanos();
    if (isPingDue) {
      pingedAt = now;
    }
    for (var feed : registry.all()) {
      for (var viewer : feed.viewers()) {
        viewer.checkAccess(wallClock);
        viewer.overdue(times.silence()).ifPresent(viewer.carrier()::end);
        if (isPingDue) {
          viewer.carrier().ping();
        }
      }
    }
  }
}
