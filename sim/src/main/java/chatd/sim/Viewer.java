package chatd.sim;

import chatd.core.feed.CloseReason;
import chatd.core.feed.Framing;
import chatd.engine.feed.Access;
import chatd.engine.port.StoreException;
import java.util.List;
import java.util.UUID;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Somebody who watches a chat, and comes back wherever a replica can be found.
final class Viewer {
  /// Until a replica looks at tokens, and a last write is over.
  private static final long ACCESS_NANOS = 40_000_000_000L;

  private final World world;
  private final Database database;
  private final Supplier<List<Replica>> processes;
  final Story story;
  final Reader reader;
  final String name;
  private final Framing framing;
  private UUID token;
  private @Nullable Socket socket;
  private @Nullable Replica process;
  private @Nullable Socket coming;
  private boolean isOver;
  private boolean cutsNextWrite;

  /// Since when nothing was wrong with its connection.
  private long soundSince;

  Viewer(
      World world,
      Database database,
      Supplier<List<Replica>> processes,
      Story story,
      Reader.Kind kind,
      int number) {
    this.world = world;
    this.database = database;
    this.processes = processes;
    this.story = story;
    this.name = "V" + number;
    this.reader = new Reader(world, story, kind, name);
    this.framing = kind == Reader.Kind.EVENT_ID ? Framing.SSE : Framing.ARRAY;
    this.token = world.uuid();
  }

  /// Opens a stream at any replica that answers.
  void connect() {
    var serving = processes.get().stream().filter(Replica::serves).toList();
    if (isOver || serving.isEmpty()) {
      comeBack();
      return;
    }
    var to = world.any(serving);
    var opened = new Socket[1];
    var mine = new Socket(world, to, bytes -> received(opened, bytes), why -> closed(opened, why));
    opened[0] = mine;
    coming = mine;
    to.spawn(() -> open(to, mine));
    world.clock.after(
        7_000_000_000L,
        () -> {
          if (coming == mine) {
            coming = null;
            mine.vanish(false);
            comeBack();
          }
        });
  }

  private void open(Replica to, Socket mine) {
    world.trace.note("viewer", number(), () -> name + " comes to " + to.name());
    try {
      var isGone = to.store.find(story.id).isEmpty();
      if (coming != mine) {
        return;
      }
      if (isGone && story.isDeleted) {
        isOver = true;
      }
      if (isGone || isOver) {
        refused(mine);
        return;
      }
      if (database.endedTokens.containsKey(token)) {
        token = world.uuid(); // Signs in again.
      }
      socket = mine;
      process = to;
      coming = null;
      soundSince = world.clock.nanos();
      world.trace.event("viewer", to.number, () -> name + " is at " + to.name());
      var access = new Access(story.user, token, null);
      mine.serve(to.feeds.watch(story.id, reader.connect(), framing, mine, access));
    } catch (StoreException _) {
      refused(mine);
    }
  }

  private void refused(Socket mine) {
    if (coming == mine) {
      coming = null;
      comeBack();
    }
  }

  private void comeBack() {
    if (!isOver) {
      world.clock.after(
          world.millis(10, 800),
          () -> {
            if (coming == null && !isConnected()) {
              connect();
            }
          });
    }
  }

  private void received(Socket[] from, byte[] bytes) {
    if (socket != from[0]) {
      return;
    }
    var write = world.wire.write(bytes);
    var endedAt = database.endedTokens.get(token);
    var at = process;
    if (at != null && (endedAt != null || story.isDeleted)) {
      var since = endedAt == null ? story.deletedAt : endedAt;
      var isLate = world.clock.nanos() - since > ACCESS_NANOS && at.isSound();
      world.checks.that(
          !isLate || at.soundSince > since,
          Promise.P15,
          () -> name + " still sees " + write.events());
    }
    var events = write.events();
    var isCut = cutsNextWrite && framing == Framing.SSE;
    for (var outgoing :
        isCut ? events.subList(0, world.random.nextInt(events.size() + 1)) : events) {
      world.trace.event(
          "viewer",
          number(),
          () -> name + " gets " + Words.of(outgoing.event()) + " at " + outgoing.position());
      reader.receive(write.snapshot(), outgoing);
    }
    if (isCut) {
      cutsNextWrite = false;
      cut(false);
    }
  }

  private int number() {
    return Integer.parseInt(name.substring(1));
  }

  private void closed(Socket[] which, CloseReason why) {
    if (socket == which[0]) {
      socket = null;
      process = null;
      world.trace.event("viewer", number(), () -> name + " is closed: " + why);
      if (why == CloseReason.GONE) {
        world.checks.that(
            story.isDeleted, Promise.P15, () -> name + " is told that " + story.name + " is gone");
        isOver = true;
      } else {
        world.checks.that(
            why != CloseReason.INTERNAL_ERROR,
            Promise.SOUND,
            () -> name + " is closed with an internal error");
        comeBack();
      }
    }
  }

  /// The connection breaks. `isSilent`: only the client knows.
  void cut(boolean isSilent) {
    var mine = socket;
    if (mine != null) {
      mine.vanish(isSilent);
      socket = null;
      process = null;
      comeBack();
    }
  }

  /// The connection breaks when only some events of the next write have come; or it breaks now, and
  /// the next one so. Where writes come whole or not at all, it only breaks.
  void cutInMidWrite() {
    cutsNextWrite = true;
    if (framing != Framing.SSE || world.chance(0.5)) {
      cut(false);
    }
  }

  /// Keeps what it has now, for later.
  void remember() {
    reader.remember();
  }

  /// Comes back with what it once kept.
  void comeBackOld() {
    cut(false);
    reader.goBack();
  }

  /// The replica it is at is gone.
  void lostProcess() {
    if (process != null && !process.exists()) {
      socket = null;
      process = null;
      comeBack();
    }
  }

  void stall(boolean isOn) {
    if (socket != null) {
      soundSince = world.clock.nanos();
      socket.stall(isOn);
    }
  }

  boolean isStalled() {
    return socket != null && socket.isStalled;
  }

  void endToken() {
    database.endedTokens.put(token, world.clock.nanos());
  }

  boolean isConnected() {
    return socket != null && socket.isOpen();
  }

  boolean isOver() {
    return isOver;
  }

  @Nullable Replica process() {
    return process;
  }

  /// Leaves for good.
  void leave() {
    isOver = true;
    cut(false);
  }

  /// For how long its connection has been there, and took what came.
  long untroubledNanos() {
    return isConnected() && !isStalled() ? world.clock.nanos() - soundSince : 0;
  }

  /// For how long nothing could have kept news from it.
  long soundNanos() {
    var at = process;
    if (!isConnected()
        || isStalled()
        || at == null
        || !at.isSound()
        || !at.session.isUp()
        || database.endedTokens.containsKey(token)) {
      return 0;
    }
    return world.clock.nanos() - Math.max(soundSince, at.soundSince);
  }
}
