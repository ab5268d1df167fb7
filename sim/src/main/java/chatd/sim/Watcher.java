package chatd.sim;

import chatd.core.feed.CloseReason;
import chatd.core.feed.Framing;
import chatd.core.message.ChatId;
import chatd.core.message.UserId;
import chatd.core.watch.WatchKind;
import chatd.core.watch.WatchedChat;
import chatd.engine.feed.Access;
import chatd.engine.port.StoreException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Somebody who watches all their chats: opens the socket, then reads the list, then follows.
final class Watcher {
  private final World world;
  private final Database database;
  private final Supplier<List<Replica>> processes;
  private final UserId user;
  private final String name;
  private final Map<ChatId, WatchedChat> view = new HashMap<>();
  private final List<Wire.News> early = new ArrayList<>();
  private @Nullable Socket socket;
  private @Nullable Replica process;
  private boolean hasList;

  /// Since when nothing was wrong with its connection.
  private long soundSince;

  private boolean isOver;

  Watcher(
      World world, Database database, Supplier<List<Replica>> processes, UserId user, int number) {
    this.world = world;
    this.database = database;
    this.processes = processes;
    this.user = user;
    this.name = "W" + number;
  }

  void connect() {
    var serving = processes.get().stream().filter(Replica::serves).toList();
    if (isOver) {
      return;
    }
    if (serving.isEmpty()) {
      comeBack();
      return;
    }
    var to = world.any(serving);
    var opened = new Socket[1];
    var mine = new Socket(world, to, bytes -> received(opened, bytes), why -> closed(opened, why));
    opened[0] = mine;
    socket = mine;
    process = to;
    hasList = false;
    early.clear();
    to.spawn(() -> open(to, mine));
  }

  private void open(Replica to, Socket mine) {
    try {
      mine.serve(to.watches.watch(Framing.ARRAY, mine, new Access(user, world.uuid(), null)));
      Map<ChatId, WatchedChat> list = new HashMap<>();
      for (var story : database.stories.values()) {
        if (story.user.equals(user)) {
          to.store
              .find(story.id)
              .ifPresent(chat ->
                  list.put(story.id, WatchedChat.of(chat.row(), chat.description().title())));
        }
      }
      if (socket == mine) {
        view.clear();
        view.putAll(list);
        hasList = true;
        soundSince = world.clock.nanos();
        early.forEach(this::apply);
        early.clear();
        world.trace.event("watcher", to.number, () -> name + " is at " + to.name());
      }
    } catch (StoreException _) {
      if (socket == mine) {
        mine.vanish(false);
        socket = null;
        comeBack();
      }
    }
  }

  private void comeBack() {
    if (!isOver) {
      world.clock.after(
          world.millis(50, 1_000),
          () -> {
            if (socket == null) {
              connect();
            }
          });
    }
  }

  private void received(Socket[] from, byte[] bytes) {
    if (socket == from[0]) {
      var news = world.wire.news(bytes);
      world.trace.event(
          "watcher",
          0,
          () -> name + " hears " + news.kind() + " at " + news.chat().row().versions().snapshot());
      if (hasList) {
        apply(news);
      } else {
        early.add(news);
      }
    }
  }

  private void apply(Wire.News news) {
    var id = news.chat().row().id();
    var next = WatchedChat.of(news.chat().row(), news.chat().description().title());
    var known = view.get(id);
    if (known != null && known.moment().snapshot() > next.moment().snapshot()) {
      return; // The list was newer.
    }
    if (news.kind() == WatchKind.DELETED && !news.chat().row().lifecycle().archived()) {
      view.remove(id);
    } else {
      view.put(id, next);
    }
  }

  private void closed(Socket[] which, CloseReason why) {
    if (socket == which[0]) {
      socket = null;
      world.checks.that(
          why != CloseReason.INTERNAL_ERROR, Promise.SOUND, () -> name + " is closed: " + why);
      comeBack();
    }
  }

  void cut(boolean isSilent) {
    if (socket != null) {
      socket.vanish(isSilent);
      socket = null;
      comeBack();
    }
  }

  /// Reads nothing for a while, or again.
  void stall(boolean isOn) {
    soundSince = world.clock.nanos();
    world.trace.note("watcher", 0, () -> name + (isOn ? " reads nothing" : " reads again"));
    if (socket != null) {
      socket.stall(isOn);
    }
  }

  void lostProcess() {
    if (socket != null && process != null && !process.exists()) {
      socket = null;
      comeBack();
    }
  }

  void leave() {
    isOver = true;
    cut(false);
  }

  /// Whoever is well connected knows how a chat is that has not changed for so long.
  void checkNews(long nanos) {
    var at = process;
    var mine = socket;
    var latest = world.clock.nanos() - nanos;
    if (at == null
        || mine == null
        || !mine.isOpen()
        || mine.isStalled
        || !hasList
        || !at.isSound()
        || Math.max(soundSince, at.soundSince) > latest) {
      return;
    }
    for (var story : database.stories.values()) {
      if (story.user.equals(user)
          && !story.moments.isEmpty()
          && !story.isDeleted
          && story.now().at() <= latest) {
        check(story);
      }
    }
  }

  private void check(Story story) {
    var seen = view.get(story.id);
    var known = database.store.find(story.id).orElseThrow();
    var now = WatchedChat.of(known.row(), known.description().title());
    world.checks.that(
        seen != null
            && seen.status() == now.status()
            && seen.phase() == now.phase()
            && seen.archived() == now.archived()
            && seen.title().equals(now.title()),
        Promise.WATCH,
        () ->
            "%s at %s knows %s as %s, and it is %s"
                .formatted(
                    name, process == null ? "" : process.name(), story.name, seen, story.row()));
  }

  /// What it knows is how the chats are.
  void checkFinal() {
    world.checks.that(
        socket != null && hasList, Promise.WATCH, () -> name + " found no replica to watch at");
    for (var story : database.stories.values()) {
      if (!story.user.equals(user) || story.moments.isEmpty()) {
        continue;
      }
      var seen = view.get(story.id);
      if (story.isDeleted) {
        world.checks.that(
            seen == null, Promise.WATCH, () -> name + " still has " + story.name + ": " + seen);
      } else {
        check(story);
      }
    }
  }
}
