package chatd.engine.worker;

import chatd.core.chat.ChatCommand;
import chatd.core.chat.ReplicaId;
import chatd.core.chat.RunId;
import chatd.core.chat.Versions;
import chatd.core.feed.FeedPage;
import chatd.core.feed.FeedRead;
import chatd.core.feed.FeedRow;
import chatd.core.feed.ResumeFacts;
import chatd.core.feed.ResumeQuery;
import chatd.core.message.ChatId;
import chatd.core.message.Message;
import chatd.core.message.ModelUse;
import chatd.core.turn.TurnContext;
import chatd.engine.port.Chat;
import chatd.engine.port.ChatStore;
import chatd.engine.port.DescribeChat;
import chatd.engine.port.Outcome;
import chatd.engine.port.RequestKey;
import chatd.engine.port.StoreException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// A store between the loops and the database that loses answers, holds calls up, or is out of
/// reach, as a test says.
final class TroubledStore implements ChatStore {
  private final ChatStore store;
  private final List<Class<? extends ChatCommand>> lost = new ArrayList<>();
  private final List<Predicate<ChatCommand>> impossible = new ArrayList<>();
  private final List<Class<? extends ChatCommand>> unreachable = new ArrayList<>();
  private final List<Held> held = new ArrayList<>();
  private @Nullable CountDownLatch heldContext;

  /// Nothing gets through.
  boolean down;

  /// The next acquire is carried out, and its answer lost.
  boolean losesAcquire;

  /// The next acquire meets what no program can foresee.
  boolean acquireBreaks;

  /// Whoever takes chats waits for this.
  @Nullable CountDownLatch acquireHeld;

  /// A call that waits until it is let go.
  private record Held(Class<? extends ChatCommand> command, CountDownLatch latch) {}

  TroubledStore(ChatStore store) {
    this.store = store;
  }

  /// The next command of this kind is carried out, and its answer lost.
  void loseAnswerTo(Class<? extends ChatCommand> command) {
    lost.add(command);
  }

  /// The database refuses every command of this kind from now on.
  void cannotTake(Class<? extends ChatCommand> command) {
    cannotTake(command::isInstance);
  }

  /// The database refuses every command like these from now on.
  void cannotTake(Predicate<ChatCommand> commands) {
    impossible.add(commands);
  }

  /// No command of this kind gets through from now on.
  void cannotReach(Class<? extends ChatCommand> command) {
    unreachable.add(command);
  }

  void canTakeAll() {
    impossible.clear();
    unreachable.clear();
  }

  /// The next command of this kind waits before it is carried out.
  CountDownLatch hold(Class<? extends ChatCommand> command) {
    var latch = new CountDownLatch(1);
    held.add(new Held(command, latch));
    return latch;
  }

  /// The next reading of a context waits before it is carried out.
  CountDownLatch holdContext() {
    var latch = new CountDownLatch(1);
    heldContext = latch;
    return latch;
  }

  @Override
  public Outcome apply(ChatId chat, ChatCommand command, @Nullable RequestKey key) {
    for (var each : List.copyOf(held)) {
      if (each.command().isInstance(command)) {
        held.remove(each);
        await(each.latch());
      }
    }
    check(unreachable.stream().anyMatch(kind -> kind.isInstance(command)));
    if (impossible.stream().anyMatch(commands -> commands.test(command))) {
      throw new StoreException(StoreException.Kind.BROKEN, "it cannot be stored");
    }
    var outcome = store.apply(chat, command, key);
    if (lost.remove(command.getClass())) {
      throw new StoreException(StoreException.Kind.OUTCOME_UNKNOWN, "the answer is lost");
    }
    return outcome;
  }

  @Override
  public List<Chat> acquire(ReplicaId replica, int roots, int subs, Supplier<RunId> runs) {
    if (acquireHeld != null) {
      await(acquireHeld);
    }
    check();
    if (acquireBreaks) {
      acquireBreaks = false;
      throw new NoClassDefFoundError("the program was replaced while it ran");
    }
    var acquired = store.acquire(replica, roots, subs, runs);
    if (losesAcquire && !acquired.isEmpty()) {
      losesAcquire = false;
      throw new StoreException(StoreException.Kind.OUTCOME_UNKNOWN, "the answer is lost");
    }
    return acquired;
  }

  @Override
  public List<Message> history(ChatId chat) {
    check();
    return store.history(chat);
  }

  @Override
  public TurnContext context(ChatId chat) {
    var latch = heldContext;
    heldContext = null;
    if (latch != null) {
      await(latch);
    }
    check();
    return store.context(chat);
  }

  private void check() {
    check(false);
  }

  private void check(boolean unreachable) {
    if (down || unreachable) {
      throw new StoreException(StoreException.Kind.UNAVAILABLE, "out of reach");
    }
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StoreException(StoreException.Kind.UNAVAILABLE, "interrupted", e);
    }
  }

  @Override
  public void record(ChatId chat, ModelUse use) {
    check();
    store.record(chat, use);
  }

  @Override
  public Optional<Chat> find(ChatId chat) {
    check();
    return store.find(chat);
  }

  @Override
  public Outcome create(
      ChatCommand.Create command, Chat.Description description, @Nullable RequestKey key) {
    check();
    return store.create(command, description, key);
  }

  @Override
  public Optional<Outcome> answered(RequestKey key) {
    check();
    return store.answered(key);
  }

  @Override
  public Outcome describe(ChatId chat, DescribeChat change) {
    check();
    return store.describe(chat, change);
  }

  @Override
  public Outcome describe(ChatId chat, DescribeChat change, ChatCommand.ByUser first) {
    check();
    return store.describe(chat, change, first);
  }

  @Override
  public Optional<FeedRead> readFeed(ChatId chat, long afterHistory) {
    check();
    return store.readFeed(chat, afterHistory);
  }

  @Override
  public List<FeedRow> readPage(ChatId chat, FeedPage query) {
    check();
    return store.readPage(chat, query);
  }

  @Override
  public ResumeFacts resumeFacts(ChatId chat, ResumeQuery query) {
    check();
    return store.resumeFacts(chat, query);
  }

  @Override
  public Map<ChatId, Versions> versions(Collection<ChatId> chats) {
    check();
    return store.versions(chats);
  }
}
