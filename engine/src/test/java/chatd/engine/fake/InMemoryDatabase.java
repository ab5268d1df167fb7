package chatd.engine.fake;

import chatd.core.chat.BrokenInvariant;
import chatd.core.chat.ChatCommand;
import chatd.core.chat.ChatFacts;
import chatd.core.chat.ChatFacts.Need;
import chatd.core.chat.ChatFacts.QueueLimits;
import chatd.core.chat.ChatMachine;
import chatd.core.chat.ChatRow;
import chatd.core.chat.ChatStatus;
import chatd.core.chat.Decision;
import chatd.core.chat.Effect;
import chatd.core.chat.ReplicaId;
import chatd.core.feed.FeedRead;
import chatd.core.message.ChatId;
import chatd.core.message.Message;
import chatd.core.message.ModelUse;
import chatd.core.message.QueuedMessage;
import chatd.core.message.Role;
import chatd.core.message.ToolSpec;
import chatd.core.message.UserId;
import chatd.engine.port.Chat;
import chatd.engine.port.Outcome;
import chatd.engine.port.ReplicaDirectory.Replica;
import chatd.engine.port.StoredAnswer;
import chatd.engine.port.Time;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// What several stores of one deployment share: chats, replicas and keys. A transaction is whatever
/// happens inside its monitor.
public final class InMemoryDatabase {
  private final Time time;
  private final QueueLimits queueLimits;
  final Map<ChatId, Stored> chats = new LinkedHashMap<>();
  final Map<ChatId, Chat> deleted = new LinkedHashMap<>();
  final Map<ReplicaId, Registered> replicas = new LinkedHashMap<>();
  final Map<UserKey, Answered> keys = new HashMap<>();
  private final Map<UserId, Chat.Owner> users = new HashMap<>();
  private final Map<ChatId, List<ModelUse>> uses = new HashMap<>();
  private long lastMessageId;
  private long lastQueuedId;
  private Instant lastNow = Instant.EPOCH;

  /// The number of the sessions in which locks are seen.
  long session = 1;

  public InMemoryDatabase(Time time, QueueLimits queueLimits) {
    this.time = time;
    this.queueLimits = queueLimits;
  }

  /// A chat with all that belongs to it.
  static final class Stored {
    Chat chat;
    final List<ToolSpec> clientTools;
    final List<Message> history = new ArrayList<>();
    final List<QueuedMessage> queue = new ArrayList<>();
    final List<FeedRead.Cut> cuts = new ArrayList<>();
    Instant dueSince;

    Stored(Chat chat, List<ToolSpec> clientTools, Instant dueSince) {
      this.chat = chat;
      this.clientTools = clientTools;
      this.dueSince = dueSince;
    }

    ChatRow row() {
      return chat.row();
    }

    List<Message> visible() {
      return history.stream().filter(m -> m.body().role() != Role.SYSTEM).toList();
    }
  }

  /// A replica and its signs of life.
  static final class Registered {
    final ReplicaId id;
    final String address;
    final String version;
    final Instant startedAt;
    Replica.State state = Replica.State.ALIVE;
    long beat;
    Instant beatAt;
    boolean lockHeld;

    Registered(ReplicaId id, String address, String version, Instant now) {
      this.id = id;
      this.address = address;
      this.version = version;
      this.startedAt = now;
      this.beatAt = now;
    }
  }

  record UserKey(UserId user, String key) {}

  record Answered(List<Byte> fingerprint, StoredAnswer answer, Instant at) {}

  /// The store's time, in the microseconds that a database keeps; no two transactions have the
  /// same.
  Instant now() {
    var now = time.now().truncatedTo(ChronoUnit.MICROS);
    lastNow = now.isAfter(lastNow) ? now : lastNow.plus(1, ChronoUnit.MICROS);
    return lastNow;
  }

  /// Names a user as their chats show it.
  public synchronized void addUser(UserId user, Chat.Owner name) {
    users.put(user, name);
  }

  /// What `replica`'s session lock looks like to others.
  public synchronized void holdLock(ReplicaId replica, boolean held) {
    Optional.ofNullable(replicas.get(replica)).ifPresent(found -> found.lockHeld = held);
  }

  /// Ends every session, as a restart does: all locks are free, and no session is the same.
  public synchronized void restart() {
    session++;
    replicas.values().forEach(replica -> replica.lockHeld = false);
  }

  /// Declares a replica dead and leaves its chats to the sweep.
  public synchronized void kill(ReplicaId replica) {
    Optional.ofNullable(replicas.get(replica)).ifPresent(found -> found.state = Replica.State.DEAD);
  }

  Outcome.Done create(ChatCommand.Create command, Chat.Description description) {
    var now = now();
    var decision = ChatMachine.create(command);
    var row = decision.row();
    var owner = users.get(row.identity().user());
    if (owner == null) {
      throw new BrokenInvariant("no such user");
    }
    var marks = new Chat.Marks(0, false, now, now);
    var stored = new Stored(new Chat(row, description, owner, marks), command.clientTools(), now);
    if (chats.putIfAbsent(row.id(), stored) != null) {
      throw new BrokenInvariant("the chat exists");
    }
    var changes = new Changes();
    decision.effects().forEach(effect -> write(stored, row, effect, changes, now));
    return changes.done(stored.chat, now, List.of());
  }

  Outcome apply(ChatId id, ChatCommand command) {
    var stored = chats.get(id);
    if (stored == null) {
      return new Outcome.Missing();
    }
    var now = now();
    return switch (ChatMachine.decide(facts(stored, command, now), command)) {
      case Decision.Unchanged _ -> new Outcome.Unchanged(stored.chat);
      case Decision.Rejected(var why) -> new Outcome.Refused(why, stored.chat);
      case Decision.Accepted accepted -> accept(stored, accepted, now);
    };
  }

  private ChatFacts facts(Stored stored, ChatCommand command, Instant now) {
    var needs = ChatMachine.needs(command, stored.row());
    Message edited = null;
    if (needs.contains(Need.EDITED_MESSAGE) && command instanceof ChatCommand.Edit edit) {
      edited = byId(stored, edit.messageId());
    }
    return new ChatFacts(
        stored.row(),
        now,
        needs.contains(Need.QUEUE) ? stored.queue : List.of(),
        edited,
        needs.contains(Need.FIRST_VISIBLE_MESSAGE) ? first(stored) : null,
        needs.contains(Need.CHILDREN)
            ? children(stored.row().id()).stream().map(Stored::row).toList()
            : List.of(),
        queueLimits);
  }

  private static @Nullable Message byId(Stored stored, long id) {
    return stored.visible().stream().filter(m -> m.id() == id).findFirst().orElse(null);
  }

  private static @Nullable Message first(Stored stored) {
    return stored.visible().stream().findFirst().orElse(null);
  }

  /// Sub-chats of a root by id.
  List<Stored> children(ChatId root) {
    return chats.values().stream()
        .filter(stored -> root.equals(stored.row().identity().parent()))
        .sorted(Comparator.comparing(stored -> stored.row().id().value().toString()))
        .toList();
  }

  private Outcome accept(Stored stored, Decision.Accepted decision, Instant now) {
    var children = children(stored.row().id());
    for (var effect : decision.effects()) {
      if (effect instanceof Effect.DeleteFamily(var deleted)) {
        this.deleted.put(stored.row().id(), stored.chat);
        children.forEach(child -> this.deleted.put(child.row().id(), child.chat));
        children.forEach(child -> setRow(child, lastRow(child, deleted), now));
        setRow(stored, decision.row(), now);
        chats.remove(stored.row().id());
        children.forEach(child -> chats.remove(child.row().id()));
        return new Changes()
            .done(stored.chat, now, children.stream().map(child -> child.chat).toList());
      }
    }
    var changes = new Changes();
    decision.effects().forEach(effect -> write(stored, decision.row(), effect, changes, now));
    setRow(stored, decision.row(), now);
    if (stored.queue.size() != decision.row().lifecycle().queued()) {
      throw new BrokenInvariant("the queue is not as long as its chat says");
    }
    return changes.done(stored.chat, now, changes.children);
  }

  private static ChatRow lastRow(Stored child, List<ChatRow> deleted) {
    return deleted.stream()
        .filter(row -> row.id().equals(child.row().id()))
        .findFirst()
        .orElseThrow();
  }

  private void write(Stored stored, ChatRow row, Effect effect, Changes changes, Instant now) {
    switch (effect) {
      case Effect.Insert(var bodies) -> {
        for (var body : bodies) {
          changes.inserted.add(new Message(++lastMessageId, row.versions().history(), now, body));
        }
        stored.history.addAll(changes.inserted);
      }
      case Effect.Cut(var fromId, var fromRevision) -> {
        stored.visible().stream()
            .filter(message -> message.id() >= fromId)
            .forEach(message -> changes.deletedIds.add(message.id()));
        stored.history.removeIf(message -> changes.deletedIds.contains(message.id()));
        stored.cuts.add(new FeedRead.Cut(row.versions().history(), fromId, fromRevision));
      }
      case Effect.Enqueue(var body) -> {
        changes.queued = new QueuedMessage(++lastQueuedId, now, body);
        stored.queue.add(changes.queued);
      }
      case Effect.Dequeue(var id) -> stored.queue.removeIf(entry -> entry.id() == id);
      case Effect.MoveToHead(var id) -> {
        var entry = stored.queue.stream().filter(e -> e.id() == id).findFirst().orElseThrow();
        stored.queue.remove(entry);
        stored.queue.addFirst(entry);
      }
      case Effect.EmptyQueue _ -> stored.queue.clear();
      case Effect.WriteChild(var child) -> {
        var found = chats.get(child.id());
        if (found == null) {
          throw new BrokenInvariant("no such sub-chat");
        }
        setRow(found, child, now);
        changes.children.add(found.chat);
      }
      case Effect.DeleteFamily _ -> throw new BrokenInvariant("written before");
      case Effect.RecordUsage(var use) -> note(row.id(), use);
    }
  }

  /// Notes a model request.
  void note(ChatId chat, ModelUse use) {
    uses.computeIfAbsent(chat, _ -> new ArrayList<>()).add(use);
  }

  /// The model requests noted for a chat.
  public synchronized List<ModelUse> uses(ChatId chat) {
    return List.copyOf(uses.getOrDefault(chat, List.of()));
  }

  void setRow(Stored stored, ChatRow row, Instant now) {
    if (stored.row().status() != ChatStatus.RUNNING) {
      stored.dueSince = now;
    }
    var marks = stored.chat.marks();
    stored.chat =
        new Chat(
            row,
            stored.chat.description(),
            stored.chat.owner(),
            new Chat.Marks(
                marks.pinOrder(),
                stored.history.stream().anyMatch(InMemoryDatabase::isAnswer),
                marks.createdAt(),
                isNews(stored.row(), row) ? now : marks.updatedAt()));
  }

  /// Nobody reads here, so every answer is unread.
  private static boolean isAnswer(Message message) {
    return message.body().role() == Role.ASSISTANT || message.body().role() == Role.TOOL;
  }

  private static boolean isNews(ChatRow before, ChatRow after) {
    return before.versions().history() != after.versions().history()
        || before.versions().queue() != after.versions().queue()
        || shown(before.status()) != shown(after.status());
  }

  private static ChatStatus shown(ChatStatus status) {
    return status == ChatStatus.INTERRUPTING ? ChatStatus.RUNNING : status;
  }

  /// What one transaction has done.
  private static final class Changes {
    private final List<Message> inserted = new ArrayList<>();
    private final List<Long> deletedIds = new ArrayList<>();
    private final List<Chat> children = new ArrayList<>();
    private @Nullable QueuedMessage queued;

    Outcome.Done done(Chat chat, Instant now, List<Chat> changedChildren) {
      return new Outcome.Done(chat, now, inserted, queued, deletedIds, changedChildren);
    }
  }
}
