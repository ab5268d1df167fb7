package chatd.engine.fake;

import static java.util.Objects.requireNonNull;

import chatd.core.chat.ChatCommand;
import chatd.core.chat.ChatStatus;
import chatd.core.chat.Refusal;
import chatd.core.chat.ReplicaId;
import chatd.core.chat.RunId;
import chatd.core.chat.Versions;
import chatd.core.feed.ClientCall;
import chatd.core.feed.FeedPage;
import chatd.core.feed.FeedRead;
import chatd.core.feed.FeedRow;
import chatd.core.feed.ResumeFacts;
import chatd.core.feed.ResumeQuery;
import chatd.core.message.ChatId;
import chatd.core.message.ContentPart.ToolCall;
import chatd.core.message.Message;
import chatd.core.message.ModelUse;
import chatd.core.turn.TurnContext;
import chatd.engine.fake.InMemoryDatabase.Answered;
import chatd.engine.fake.InMemoryDatabase.Stored;
import chatd.engine.fake.InMemoryDatabase.UserKey;
import chatd.engine.port.Chat;
import chatd.engine.port.ChatStore;
import chatd.engine.port.DescribeChat;
import chatd.engine.port.Outcome;
import chatd.engine.port.ReplicaDirectory.Replica;
import chatd.engine.port.RequestKey;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Chats in memory, with the decisions of the real store.
public final class InMemoryChatStore implements ChatStore {
  private final InMemoryDatabase database;
  private final MessageEncoder encoder;

  public InMemoryChatStore(InMemoryDatabase database, MessageEncoder encoder) {
    this.database = database;
    this.encoder = encoder;
  }

  @Override
  public Outcome create(
      ChatCommand.Create command, Chat.Description description, @Nullable RequestKey key) {
    return once(key, () -> database.create(command, description));
  }

  @Override
  public Outcome apply(ChatId chat, ChatCommand command, @Nullable RequestKey key) {
    synchronized (database) {
      return database.chats.containsKey(chat)
          ? once(key, () -> database.apply(chat, command))
          : new Outcome.Missing();
    }
  }

  private Outcome once(@Nullable RequestKey key, Supplier<Outcome> work) {
    synchronized (database) {
      var answered = key == null ? Optional.<Outcome>empty() : answered(key);
      if (answered.isEmpty()) {
        var outcome = work.get();
        if (key != null && outcome instanceof Outcome.Done done) {
          var answer = key.answer().apply(done);
          database.keys.put(
              userKey(key), new Answered(bytes(key.fingerprint()), answer, database.now()));
        }
        return outcome;
      }
      return answered.get();
    }
  }

  @Override
  public Optional<Outcome> answered(RequestKey key) {
    synchronized (database) {
      return Optional.ofNullable(database.keys.get(userKey(key)))
          .map(answered ->
              answered.fingerprint().equals(bytes(key.fingerprint()))
                  ? new Outcome.Replayed(answered.answer())
                  : new Outcome.KeyReused());
    }
  }

  private static UserKey userKey(RequestKey key) {
    return new UserKey(key.user(), key.key());
  }

  private static List<Byte> bytes(byte[] array) {
    List<Byte> bytes = new ArrayList<>();
    for (var b : array) {
      bytes.add(b);
    }
    return bytes;
  }

  @Override
  public Outcome describe(ChatId chat, DescribeChat change) {
    synchronized (database) {
      var stored = database.chats.get(chat);
      return stored == null ? new Outcome.Missing() : describe(stored, change);
    }
  }

  @Override
  public Outcome describe(ChatId chat, DescribeChat change, ChatCommand.ByUser first) {
    synchronized (database) {
      Map<Stored, Chat> before = new HashMap<>();
      database.chats.values().forEach(stored -> before.put(stored, stored.chat));
      var outcome = database.apply(chat, first);
      return outcome instanceof Outcome.Done done ? describe(done, change, before) : outcome;
    }
  }

  private Outcome describe(Outcome.Done first, DescribeChat change, Map<Stored, Chat> before) {
    var stored = requireNonNull(database.chats.get(first.chat().row().id()));
    var outcome = describe(stored, change);
    if (outcome instanceof Outcome.Refused) {
      before.forEach((each, chat) -> each.chat = chat);
      return outcome;
    }
    var described = stored.chat;
    stored.chat =
        new Chat( // Both together are one snapshot.
            first.chat().row(), described.description(), described.owner(), described.marks());
    var moved = outcome instanceof Outcome.Done done ? done.children() : List.<Chat>of();
    return new Outcome.Done(
        stored.chat,
        first.now(),
        first.inserted(),
        first.queued(),
        first.deletedIds(),
        Stream.concat(first.children().stream(), moved.stream()).toList());
  }

  private Outcome describe(Stored stored, DescribeChat change) {
    var by = change.by();
    if (by != null && !by.equals(stored.row().identity().user())) {
      return new Outcome.Refused(Refusal.Plain.NOT_YOURS, stored.chat);
    }
    var wantsPin = change.pinOrder() != null && change.pinOrder() > 0;
    if (wantsPin && !stored.row().identity().isRoot()) {
      return new Outcome.Refused(Refusal.Plain.NOT_A_ROOT, stored.chat);
    }
    if (wantsPin && stored.row().lifecycle().archived()) {
      return new Outcome.Refused(Refusal.Plain.ARCHIVED, stored.chat);
    }
    var before = stored.chat.description();
    var title = change.title();
    if (title == null || (by == null && before.titledByPerson())) {
      title = before.title();
    }
    var after =
        new Chat.Description(
            title,
            before.titledByPerson() || (by != null && change.title() != null),
            change.labels() == null ? before.labels() : change.labels(),
            before.clientType());
    var moved = pin(stored, change.pinOrder());
    if (after.equals(before) && !moved.contains(stored)) {
      return new Outcome.Unchanged(stored.chat);
    }
    var isSeen = !after.title().equals(before.title()) || !after.labels().equals(before.labels());
    if (isSeen && !moved.contains(stored)) {
      raise(stored, stored.chat.marks().pinOrder());
    }
    stored.chat = new Chat(stored.row(), after, stored.chat.owner(), stored.chat.marks());
    return new Outcome.Done(
        stored.chat,
        database.now(),
        List.of(),
        null,
        List.of(),
        moved.stream().filter(other -> other != stored).map(other -> other.chat).toList());
  }

  /// The chats whose place changed.
  private List<Stored> pin(Stored stored, @Nullable Integer place) {
    if (place == null) {
      return List.of();
    }
    var pinned =
        new ArrayList<>(
            database.chats.values().stream()
                .filter(other -> other.chat.marks().pinOrder() > 0)
                .filter(
                    other -> other.row().identity().user().equals(stored.row().identity().user()))
                .sorted(Comparator.comparingInt(other -> other.chat.marks().pinOrder()))
                .toList());
    List<Stored> moved = new ArrayList<>();
    var wasPinned = pinned.remove(stored);
    if (place > 0) {
      pinned.add(wasPinned ? Math.min(place - 1, pinned.size()) : pinned.size(), stored);
    } else if (wasPinned) {
      raise(stored, 0);
      moved.add(stored);
    }
    for (var i = 0; i < pinned.size(); i++) {
      if (pinned.get(i).chat.marks().pinOrder() != i + 1) {
        raise(pinned.get(i), i + 1);
        moved.add(pinned.get(i));
      }
    }
    return moved;
  }

  private static void raise(Stored stored, int pinOrder) {
    var chat = stored.chat;
    var marks = chat.marks();
    stored.chat =
        new Chat(
            chat.row().described(),
            chat.description(),
            chat.owner(),
            new Chat.Marks(pinOrder, marks.hasUnread(), marks.createdAt(), marks.updatedAt()));
  }

  @Override
  public List<Chat> acquire(ReplicaId replica, int roots, int subs, Supplier<RunId> runs) {
    synchronized (database) {
      var me = database.replicas.get(replica);
      if (me == null || me.state != Replica.State.ALIVE) {
        return List.of();
      }
      return Stream.concat(due(true, roots), due(false, subs)).toList().stream()
          .map(stored -> acquire(stored, replica, runs))
          .flatMap(Optional::stream)
          .toList();
    }
  }

  private Stream<Stored> due(boolean roots, int limit) {
    return database.chats.values().stream()
        .filter(stored -> stored.row().status() == ChatStatus.RUNNING)
        .filter(stored -> stored.row().ownership() == null)
        .filter(stored -> stored.row().identity().isRoot() == roots)
        .sorted(
            Comparator.comparing((Stored stored) -> stored.dueSince)
                .thenComparing(stored -> stored.row().id().toString()))
        .limit(limit);
  }

  private Optional<Chat> acquire(Stored stored, ReplicaId replica, Supplier<RunId> runs) {
    return database.apply(stored.row().id(), new ChatCommand.Acquire(replica, runs.get()))
            instanceof Outcome.Done done
        ? Optional.of(done.chat())
        : Optional.empty();
  }

  @Override
  public void record(ChatId chat, ModelUse use) {
    synchronized (database) {
      if (database.chats.containsKey(chat)) {
        database.note(chat, use);
      }
    }
  }

  @Override
  public Optional<Chat> find(ChatId chat) {
    synchronized (database) {
      return Optional.ofNullable(database.chats.get(chat)).map(stored -> stored.chat);
    }
  }

  @Override
  public List<Message> history(ChatId chat) {
    synchronized (database) {
      var stored = database.chats.get(chat);
      return stored == null ? List.of() : List.copyOf(stored.history);
    }
  }

  @Override
  public TurnContext context(ChatId chat) {
    synchronized (database) {
      var stored = database.chats.get(chat);
      return stored == null
          ? new TurnContext(List.of(), List.of())
          : new TurnContext(stored.history, stored.clientTools);
    }
  }

  @Override
  public Optional<FeedRead> readFeed(ChatId chat, long afterHistory) {
    synchronized (database) {
      return Optional.ofNullable(database.chats.get(chat))
          .map(stored -> readFeed(stored, afterHistory));
    }
  }

  private FeedRead readFeed(Stored stored, long afterHistory) {
    var id = stored.row().id();
    return new FeedRead(
        stored.row(),
        encoder.queue(id, stored.queue),
        stored.visible().stream()
            .filter(message -> message.revision() > afterHistory)
            .map(message -> encode(id, message))
            .toList(),
        stored.cuts.stream().filter(cut -> cut.historyVersion() > afterHistory).toList(),
        stored.visible().isEmpty() ? 0 : stored.visible().getLast().id(),
        clientCalls(stored));
  }

  static List<ClientCall> clientCalls(Stored stored) {
    if (stored.row().status() != ChatStatus.REQUIRES_ACTION) {
      return List.of();
    }
    List<ClientCall> calls = new ArrayList<>();
    for (var open : stored.row().turn().openCalls()) {
      stored.history.stream()
          .filter(message -> open.byClient() && message.revision() == open.revision())
          .flatMap(message -> message.body().content().stream())
          .filter(
              part -> part instanceof ToolCall call && call.toolCallId().equals(open.toolCallId()))
          .map(ToolCall.class::cast)
          .map(call -> new ClientCall(call.toolCallId(), call.toolName(), call.args()))
          .forEach(calls::add);
    }
    return calls;
  }

  private FeedRow encode(ChatId chat, Message message) {
    return new FeedRow(message.id(), message.revision(), encoder.message(chat, message));
  }

  @Override
  public List<FeedRow> readPage(ChatId chat, FeedPage query) {
    synchronized (database) {
      var stored = database.chats.get(chat);
      if (stored == null) {
        return List.of();
      }
      List<FeedRow> page = new ArrayList<>();
      var bytes = 0L;
      for (var message : stored.visible()) {
        if (message.id() > query.afterId()
            && message.revision() <= query.revisionMax()
            && (message.revision() > query.revisionAbove() || message.id() > query.idAbove())) {
          var row = encode(chat, message);
          bytes += row.message().length;
          if (page.size() == query.rowsMax() || (!page.isEmpty() && bytes > query.bytesMax())) {
            break;
          }
          page.add(row);
        }
      }
      return page;
    }
  }

  @Override
  public ResumeFacts resumeFacts(ChatId chat, ResumeQuery query) {
    synchronized (database) {
      var stored = database.chats.get(chat);
      return stored == null ? new ResumeFacts(false, 0) : resumeFacts(stored, query);
    }
  }

  private static ResumeFacts resumeFacts(Stored stored, ResumeQuery query) {
    var history = query.history();
    var held = query.heldUpTo();
    var deleted =
        stored.cuts.stream()
            .filter(cut -> cut.historyVersion() <= query.now())
            .filter(cut -> history == null || cut.historyVersion() > history)
            .anyMatch(cut ->
                held != null
                    ? cut.fromId() <= held
                    : history != null && cut.fromRevision() <= history);
    if (history == null) {
      return new ResumeFacts(deleted, 0);
    }
    var kept =
        stored.visible().stream()
            .filter(message -> message.revision() <= history)
            .mapToLong(Message::id);
    var cut =
        stored.cuts.stream()
            .filter(c -> c.historyVersion() > history && c.fromRevision() <= history)
            .mapToLong(FeedRead.Cut::fromId);
    return new ResumeFacts(deleted, LongStream.concat(kept, cut).max().orElse(0));
  }

  @Override
  public Map<ChatId, Versions> versions(Collection<ChatId> chats) {
    synchronized (database) {
      Map<ChatId, Versions> versions = new HashMap<>();
      for (var chat : chats) {
        var stored = database.chats.get(chat);
        if (stored != null) {
          versions.put(chat, stored.row().versions());
        }
      }
      return versions;
    }
  }
}
