package chatd.engine.watch;

import chatd.core.feed.CloseReason;
import chatd.core.message.ChatId;
import chatd.core.message.UserId;
import chatd.core.watch.WatchedChat;
import chatd.core.watch.WatchedChats;
import chatd.engine.loop.Mailbox;
import chatd.engine.port.ChatChanges.Found;
import chatd.engine.port.ChatChanges.Mark;
import chatd.engine.port.ChatChanges.Touches;
import chatd.engine.port.Hint;
import chatd.engine.port.StoreException;
import chatd.engine.port.Telemetry;
import chatd.engine.port.Time;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// The loop behind all who watch on a replica.
///
/// Hints say which chats to read; every few seconds a look finds those of which no hint came. Both
/// only name chats: what is told comes from reading them, once for all who watch, and one reading
/// at a time, so that no older state comes after a newer one. Readings are tasks; everything else
/// happens on the thread of the loop.
final class WatchLoop {
  private final WatchContext context;
  private final WatchRegistry registry;
  private final Set<Watcher> open;
  private final Mailbox<WatchNotice> mailbox = new Mailbox<>();
  private final ConcurrentHashMap<ChatId, UserId> hinted = new ConcurrentHashMap<>();
  private final CompletableFuture<Void> emptied = new CompletableFuture<>();

  private Map<ChatId, UserId> toRead = new LinkedHashMap<>();
  private Time.@Nullable Timer nextLook;
  private boolean lookDue;
  private boolean working;
  private boolean resting;
  private boolean draining;

  /// Where the last look left off, and since when looks have come no further although they find
  /// changes; null: they do.
  private @Nullable Mark lastMark;

  private volatile @Nullable Long heldBackSince;

  /// `open` are the sockets that there are; this loop takes off those that have ended.
  WatchLoop(WatchContext context, WatchRegistry registry, Set<Watcher> open) {
    this.context = context;
    this.registry = registry;
    this.open = open;
  }

  void start() {
    context.sources().hints().subscribeAll(this::hinted);
    context.sources().hints().subscribeResumed(this::lookNow);
    context.threads().newThread(this::run).start();
    post(WatchNotice.LookDue.INSTANCE);
  }

  void stop() {
    mailbox.close();
  }

  void post(WatchNotice notice) {
    var isHeard = mailbox.post(notice);
    if (!isHeard && notice instanceof WatchNotice.Joined(var watcher)) {
      watcher.carrier().end(CloseReason.INTERNAL_ERROR);
    }
  }

  /// From now on everybody is closed as soon as they have accepted what is committed. Complete when
  /// nobody is left.
  CompletableFuture<Void> drain() {
    post(new WatchNotice.Drain());
    return emptied;
  }

  private void lookNow() {
    mailbox.postOnce(WatchNotice.LookDue.INSTANCE);
  }

  private void hinted(Hint hint) {
    var user = hint.user();
    if (user == null || registry.find(user) == null) {
      return;
    }
    if (hinted.size() < context.limits().watch().hints()) {
      hinted.put(hint.chat(), user); // The others are found by the next look.
    }
    mailbox.postOnce(WatchNotice.Hinted.INSTANCE);
  }

  private void run() {
    try {
      for (var all = mailbox.take(); !all.isEmpty(); all = mailbox.take()) {
        all.forEach(this::handleOrResync);
        goOn();
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    } finally {
      emptied.complete(null);
    }
  }

  private void handleOrResync(WatchNotice notice) {
    try {
      handle(notice);
    } catch (RuntimeException | Error bug) {
      // What was told is not sure any more; everybody begins anew, and others are not left alone.
      context.telemetry().broken("the loop behind all who watch", bug);
      registry.all().forEach(this::resync);
    }
  }

  private void handle(WatchNotice notice) {
    switch (notice) {
      case WatchNotice.Hinted _ -> takeHints();
      case WatchNotice.LookDue _ -> lookDue = true;
      case WatchNotice.Joined(var watcher) ->
          watcher.user().add(watcher, context.limits().watch().chatsPerUser());
      case WatchNotice.Written(var watcher) -> watcher.goOn();
      case WatchNotice.Ended(var watcher) -> ended(watcher);
      case WatchNotice.Looked(var users, var touches) -> {
        working = false;
        looked(users, touches);
      }
      case WatchNotice.Read(var asked, var found) -> {
        working = false;
        read(asked, found);
      }
      case WatchNotice.Failed(var asked) -> {
        working = false;
        failed(asked);
      }
      case WatchNotice.Rested _ -> resting = false;
      case WatchNotice.Drain _ -> {
        draining = true;
        lookDue = true; // The hint of the last change may still be on its way.
      }
      case WatchNotice.Broken(var bug) -> {
        working = false;
        throw new IllegalStateException("a reading broke", bug);
      }
    }
  }

  private void takeHints() {
    for (var chat : List.copyOf(hinted.keySet())) {
      var user = hinted.remove(chat);
      if (user != null && toRead.size() < context.limits().watch().hints()) {
        toRead.put(chat, user);
      }
    }
  }

  private void ended(Watcher watcher) {
    if (open.remove(watcher)) {
      watcher.user().remove(watcher);
      registry.leave(watcher.user());
    }
  }

  /// Starts the next reading, if there is reason for one and none is under way.
  private void goOn() {
    if (working || resting) {
      return;
    }
    if (lookDue) {
      lookDue = false;
      look();
    }
    if (!working && !toRead.isEmpty()) {
      readNext();
    }
    if (draining && !working) {
      sendOff();
    }
  }

  private void look() {
    arm();
    Map<UserId, Mark> marks = new HashMap<>();
    var users = registry.all().stream().filter(user -> user.mark() != null).toList();
    for (var user : users) {
      var mark = user.mark();
      if (mark != null) {
        marks.put(user.id(), mark);
      }
    }
    if (marks.isEmpty()) {
      heldBackSince = null;
    } else {
      var max = context.limits().watch().touches();
      work(
          Map.of(),
          () -> new WatchNotice.Looked(users, context.sources().changes().since(marks, max)));
    }
  }

  /// The next look comes so long after the beginning of this one.
  private void arm() {
    if (nextLook != null) {
      nextLook.cancel();
    }
    nextLook = context.time().after(context.limits().times().poll(), this::lookNow);
  }

  private void looked(List<WatchedUser> users, Touches touches) {
    noteProgress(touches);
    for (var user : users) {
      var mark = user.mark();
      if (mark == null) {
        continue;
      }
      if (!touches.complete() || touches.next().number() < mark.number()) {
        resync(user); // More than can be looked at, or another database than before.
      } else {
        user.moveTo(touches.next());
      }
    }
    var current = users.stream().collect(Collectors.toMap(WatchedUser::id, user -> user));
    for (var touched : touches.chats()) {
      var user = current.get(touched.user());
      var chats = user == null ? null : user.chats();
      if (chats != null && chats.isNews(touched.chat(), touched.snapshot())) {
        if (toRead.put(touched.chat(), touched.user()) == null
            && !hinted.containsKey(touched.chat())) {
          context.telemetry().happened(Telemetry.Happening.HINT_REPAIRED, 1);
        }
      }
    }
  }

  private void noteProgress(Touches touches) {
    var stands = touches.next().equals(lastMark) && !touches.chats().isEmpty();
    lastMark = touches.next();
    if (!stands) {
      heldBackSince = null;
    } else if (heldBackSince == null) {
      heldBackSince = context.time().nanos();
    }
  }

  /// For how long a transaction that does not end has kept looks from coming further: they find
  /// again what is known, more and more of it.
  Duration heldBack() {
    var since = heldBackSince;
    return since == null ? Duration.ZERO : Duration.ofNanos(context.time().nanos() - since);
  }

  private void readNext() {
    Map<ChatId, UserId> asked = new LinkedHashMap<>();
    var left = toRead.entrySet().iterator();
    while (left.hasNext() && asked.size() < context.limits().watch().reads()) {
      var next = left.next();
      left.remove();
      if (registry.find(next.getValue()) != null) {
        asked.put(next.getKey(), next.getValue());
      }
    }
    if (!asked.isEmpty()) {
      work(
          asked,
          () -> new WatchNotice.Read(asked, context.sources().changes().read(asked.keySet())));
    }
  }

  private void read(Map<ChatId, UserId> asked, List<Found> found) {
    Map<ChatId, UserId> missing = new LinkedHashMap<>(asked);
    for (var each : found) {
      var row = each.chat().row();
      missing.remove(row.id());
      var user = registry.find(row.identity().user());
      var chats = user == null ? null : user.chats();
      if (user != null && chats != null) {
        var now = WatchedChat.of(row, each.chat().description().title());
        var news = each.deleted() ? chats.deleted(row.id()) : chats.found(row.id(), now);
        tell(user, news, each);
      }
    }
    missing.forEach((chat, id) -> {
      var user = registry.find(id);
      var chats = user == null ? null : user.chats();
      if (user != null && chats != null && chats.missing(chat) instanceof WatchedChats.News.Doubt) {
        resync(user);
      }
    });
  }

  private void tell(WatchedUser user, WatchedChats.News news, Found found) {
    switch (news) {
      case WatchedChats.News.Told(var kinds) -> {
        for (var kind : kinds) {
          var event = new WatchEvent(context.encoder(), kind, found.chat(), found.calls());
          var chat = found.chat().row().id();
          user.watchers().forEach(watcher -> watcher.tell(chat, kind, event));
        }
      }
      case WatchedChats.News.Doubt _ -> resync(user);
    }
  }

  private void resync(WatchedUser user) {
    registry.forget(user);
    user.resync();
  }

  private void failed(Map<ChatId, UserId> asked) {
    if (asked.isEmpty()) {
      lookDue = true;
    } else {
      Map<ChatId, UserId> again = new LinkedHashMap<>(asked);
      again.putAll(toRead);
      toRead = again;
    }
    resting = true;
    context.time().after(context.limits().watch().trouble(), () -> post(new WatchNotice.Rested()));
  }

  private void work(Map<ChatId, UserId> asked, Supplier<WatchNotice> reading) {
    working = true;
    context
        .threads()
        .newThread(() -> {
          try {
            post(reading.get());
          } catch (StoreException trouble) {
            context.telemetry().trouble("finding changes for those who watch", trouble);
            post(new WatchNotice.Failed(asked));
          } catch (RuntimeException | Error bug) {
            post(new WatchNotice.Broken(bug)); // Also when memory ran out: the loop waits for it.
          }
        })
        .start();
  }

  /// Closes those who were told all that was committed, on a replica that is to stop.
  private void sendOff() {
    open.stream()
        .filter(Watcher::isUpToDate)
        .forEach(watcher -> watcher.carrier().end(CloseReason.DRAINING));
    if (open.isEmpty()) {
      emptied.complete(null);
    }
  }
}
