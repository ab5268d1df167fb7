package chatd.engine.watch;

import chatd.core.feed.CloseReason;
import chatd.engine.loop.Mailbox;
import chatd.engine.port.StoreException;
import java.util.Set;
import java.util.stream.Collectors;

/// What is due now and then: sockets whose tokens have ended are closed, and what deleted chats
/// were is forgotten. Database trouble only delays it.
final class WatchUpkeep {
  private enum Due {
    DUE
  }

  private final WatchContext context;
  private final Set<Watcher> watchers;
  private final Mailbox<Due> mailbox = new Mailbox<>();

  WatchUpkeep(WatchContext context, Set<Watcher> watchers) {
    this.context = context;
    this.watchers = watchers;
  }

  void start() {
    context.threads().newThread(this::run).start();
    arm();
  }

  void stop() {
    mailbox.close();
  }

  private void arm() {
    context.time().after(context.limits().times().sessions(), () -> mailbox.postOnce(Due.DUE));
  }

  private void run() {
    try {
      while (!mailbox.take().isEmpty()) {
        attempt();
        arm();
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  private void attempt() {
    try {
      closeEndedSessions();
      context.sources().changes().forgetDeleted();
    } catch (StoreException trouble) {
      context.telemetry().trouble("looking after those who watch", trouble);
    } catch (RuntimeException | Error bug) {
      // One moment's bug must not leave all sessions unchecked for ever.
      context.telemetry().broken("the upkeep of watching", bug);
    }
  }

  private void closeEndedSessions() {
    var tokens =
        watchers.stream().map(watcher -> watcher.access().token()).collect(Collectors.toSet());
    if (tokens.isEmpty()) {
      return;
    }
    var live = context.sources().sessions().live(tokens);
    // A token that came after the question was asked is in neither.
    watchers.stream()
        .filter(watcher -> tokens.contains(watcher.access().token()))
        .filter(watcher -> !live.contains(watcher.access().token()))
        .forEach(watcher -> watcher.carrier().end(CloseReason.SESSION_EXPIRED));
  }
}
