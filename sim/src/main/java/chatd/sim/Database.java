package chatd.sim;

import static java.util.Objects.requireNonNull;

import chatd.core.chat.ChatCommand;
import chatd.core.chat.ChatFacts.QueueLimits;
import chatd.core.chat.ChatRow;
import chatd.core.message.ChatId;
import chatd.core.message.Message;
import chatd.core.message.Role;
import chatd.core.message.UserId;
import chatd.core.part.Episode;
import chatd.engine.fake.InMemoryChatChanges;
import chatd.engine.fake.InMemoryChatStore;
import chatd.engine.fake.InMemoryDatabase;
import chatd.engine.fake.InMemoryReplicaDirectory;
import chatd.engine.port.Chat;
import chatd.engine.port.Time;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// The one database, and everything that was ever committed to it.
final class Database {
  /// Of a gap so long between its own heartbeats every replica takes note.
  private static final long OUTAGE_NANOS = 4_000_000_000L;

  private final World world;
  private final Rows rows = new Rows();
  private final Judge judge;
  final InMemoryDatabase memory;
  final InMemoryChatStore store;
  final InMemoryReplicaDirectory directory;
  final InMemoryChatChanges changes;
  final Map<ChatId, Story> stories = new LinkedHashMap<>();

  /// Tokens that were taken away, and when.
  final Map<UUID, Long> endedTokens = new LinkedHashMap<>();

  final Heartbeats heartbeats;

  boolean isUp = true;

  /// Since when it can be reached again after an outage that nobody could beat in, and since when
  /// it cannot be reached, in nanoseconds.
  private long upSince;

  private long downSince;
  int restarts;

  Database(World world) {
    this.world = world;
    memory = new InMemoryDatabase(new DatabaseTime(), new QueueLimits(20, 3 << 20));
    store = new InMemoryChatStore(memory, rows);
    directory = new InMemoryReplicaDirectory(memory);
    changes = new InMemoryChatChanges(memory);
    judge = new Judge(world);
    heartbeats = new Heartbeats(world, this);
  }

  private final class DatabaseTime implements Time {
    @Override
    public Instant now() {
      return world.clock.now();
    }

    @Override
    public long nanos() {
      return world.clock.nanos();
    }

    @Override
    public Timer after(Duration delay, Runnable action) {
      return world.clock.after(delay, action)::cancel;
    }
  }

  void goDown() {
    isUp = false;
    downSince = world.clock.nanos();
  }

  void comeUp() {
    if (!isUp) {
      isUp = true;
      if (world.clock.nanos() - downSince > OUTAGE_NANOS) {
        upSince = world.clock.nanos();
      }
    }
  }

  /// Since when heartbeats can be judged by.
  long upSince() {
    return upSince;
  }

  UserId newUser(String name) {
    var user = new UserId(world.uuid());
    memory.addUser(user, new Chat.Owner(name, null));
    return user;
  }

  /// A chat that may be created from now on.
  void expect(Story story) {
    stories.put(story.id, story);
  }

  Set<UUID> live(Set<UUID> tokens) {
    var live = new java.util.LinkedHashSet<>(tokens);
    live.removeAll(endedTokens.keySet());
    return live;
  }

  /// A write of this replica was carried out: notes what it changed, and judges it.
  void wrote(Replica by, @Nullable ChatCommand command) {
    for (var story : stories.values()) {
      if (!story.isDeleted) {
        note(story, by, command);
      }
    }
  }

  private void note(Story story, Replica by, @Nullable ChatCommand command) {
    var found = store.find(story.id);
    if (found.isEmpty()) {
      if (!story.moments.isEmpty()) {
        story.isDeleted = true;
        story.deletedAt = world.clock.nanos();
        world.trace.event("store", by.number, () -> story.name + " is deleted");
      }
      return;
    }
    var row = found.get().row();
    var before = story.moments.isEmpty() ? null : story.now();
    if (before != null && before.row().versions().snapshot() == row.versions().snapshot()) {
      return;
    }
    List<Message> inserted = new ArrayList<>();
    var read = requireNonNull(store.readFeed(story.id, 0).orElse(null));
    var now = world.clock.nanos();
    if (before == null || before.row().versions().history() != row.versions().history()) {
      var history = store.history(story.id);
      Set<Long> present = new TreeSet<>();
      for (var message : history) {
        present.add(message.id());
        if (!story.messages.containsKey(message.id())) {
          var bytes = rows.message(story.id, message);
          var entry =
              new Story.Entry(
                  message,
                  new chatd.core.feed.FeedRow(message.id(), message.revision(), bytes),
                  now);
          story.messages.put(message.id(), entry);
          if (message.body().role() != Role.SYSTEM) {
            inserted.add(message);
          }
        }
      }
      for (var entry : story.messages.values()) {
        if (entry.deletedIn == Long.MAX_VALUE && !present.contains(entry.message.id())) {
          entry.deletedIn = row.versions().history();
        }
      }
    }
    story.cuts = read.cuts();
    var moment = new Story.Moment(now, row, rows.lastQueue(story.id), read.clientCalls());
    story.moments.put(row.versions().snapshot(), moment);
    if (row.turn().failure() != null || row.turn().retries().pending() != null) {
      story.failedIn.putIfAbsent(Episode.of(row), row.versions().snapshot());
    }
    world.trace.event("store", by.number, () -> line(story, row, by, command));
    judge.judge(story, before, moment, inserted, by, command);
  }

  private static String line(Story story, ChatRow row, Replica by, @Nullable ChatCommand command) {
    var versions = row.versions();
    return "%s is %s at %d.%d.%d, %s, queue %d, by %s (%s)"
        .formatted(
            story.name,
            row.status(),
            versions.snapshot(),
            versions.history(),
            versions.attempt(),
            row.ownership() == null
                ? "nobody's"
                : "of " + Replica.shortName(row.ownership().replica()),
            row.lifecycle().queued(),
            by.name(),
            command == null ? "directory" : command.getClass().getSimpleName());
  }
}
