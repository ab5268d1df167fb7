package chatd.engine.feed;

import chatd.core.chat.Versions;
import chatd.core.feed.AccessEnd;
import chatd.core.message.ChatId;
import chatd.engine.loop.Mailbox;
import chatd.engine.port.StoreException;
import chatd.engine.port.Telemetry;
import java.util.Map;
import java.util.stream.Collectors;

/// What repairs lost news: the versions of all watched chats are compared with the database, in one
/// statement, and likewise the tokens of all viewers. Database trouble only delays it.
final class Poll {
  private enum Due {
    /// The regular comparison of versions.
    VERSIONS,
    /// One at once, because hints may have been lost.
    VERSIONS_NOW,
    SESSIONS
  }

  private final FeedContext context;
  private final FeedRegistry registry;
  private final Mailbox<Due> mailbox = new Mailbox<>();

  Poll(FeedContext context, FeedRegistry registry) {
    this.context = context;
    this.registry = registry;
  }

  void start() {
    context.sources().hints().subscribeResumed(this::compareNow);
    context.threads().newThread(this::run).start();
    arm(Due.VERSIONS);
    arm(Due.SESSIONS);
  }

  /// Compares nothing any more.
  void stop() {
    mailbox.close();
  }

  /// Compares versions before it is due.
  void compareNow() {
    mailbox.postOnce(Due.VERSIONS_NOW);
  }

  private void arm(Due due) {
    var times = context.limits().times();
    var delay =
        switch (due) {
          case VERSIONS, VERSIONS_NOW -> times.poll();
          case SESSIONS -> times.sessions();
        };
    context.time().after(delay, () -> mailbox.postOnce(due));
  }

  private void run() {
    try {
      for (var all = mailbox.take(); !all.isEmpty(); all = mailbox.take()) {
        all.forEach(this::perform);
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  private void perform(Due due) {
    attempt(due);
    if (due != Due.VERSIONS_NOW) {
      arm(due);
    }
  }

  /// Compares versions on the thread of the caller: afterwards every feed has heard of all that was
  /// committed before, unless the database is in trouble.
  void compare() {
    attempt(Due.VERSIONS_NOW);
  }

  private void attempt(Due due) {
    try {
      switch (due) {
        case VERSIONS, VERSIONS_NOW -> compareVersions();
        case SESSIONS -> compareSessions();
      }
    } catch (StoreException trouble) {
      context.shared().telemetry().trouble("comparing what is watched", trouble);
    } catch (RuntimeException | Error bug) {
      // One chat that cannot be must not leave all others without repair.
      context.shared().telemetry().broken("the poll behind all feeds", bug);
    }
  }

  private void compareVersions() {
    // Before the statement, whose answer a feed may overtake: less than this means lost commits.
    var known = registry.all().stream().collect(Collectors.toMap(feed -> feed, Feed::version));
    if (known.isEmpty()) {
      return;
    }
    Map<ChatId, Versions> versions =
        context.sources().store().versions(known.keySet().stream().map(Feed::chat).toList());
    known.forEach((feed, version) -> {
      var found = versions.get(feed.chat());
      if (found == null || found.snapshot() < version) {
        feed.missed();
      } else if (found.snapshot() > feed.version()) {
        context.shared().telemetry().happened(Telemetry.Happening.HINT_REPAIRED, 1);
        feed.saw(found.snapshot());
      }
    });
  }

  private void compareSessions() {
    var viewers = registry.all().stream().flatMap(feed -> feed.viewers().stream()).toList();
    if (viewers.isEmpty()) {
      return;
    }
    var tokens =
        viewers.stream().map(viewer -> viewer.access().token()).collect(Collectors.toSet());
    var live = context.sources().sessions().live(tokens);
    for (var viewer : viewers) {
      if (!live.contains(viewer.access().token())) {
        viewer.endAccess(AccessEnd.SESSION_EXPIRED);
      }
    }
  }
}
