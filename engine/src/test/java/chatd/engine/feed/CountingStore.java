package chatd.engine.feed;

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
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Counts what feeds read. When told to, it fails, breaks, or gives what it once had.
final class CountingStore implements ChatStore {
  int feedReads;
  int pages;
  int facts;
  int polls;
  boolean down;
  @Nullable FeedRead restored;
  @Nullable Error readBreaks;
  @Nullable Error pageBreaks;
  @Nullable Error pollBreaks;

  /// Readings of feeds wait for it.
  @Nullable CountDownLatch gate;

  private final ChatStore store;

  CountingStore(ChatStore store) {
    this.store = store;
  }

  @Override
  public Optional<FeedRead> readFeed(ChatId chat, long afterHistory) {
    feedReads++;
    awaitGate();
    check();
    if (readBreaks != null) {
      throw readBreaks;
    }
    return restored == null ? store.readFeed(chat, afterHistory) : Optional.of(restored);
  }

  @Override
  public List<FeedRow> readPage(ChatId chat, FeedPage query) {
    pages++;
    check();
    if (pageBreaks != null) {
      throw pageBreaks;
    }
    return store.readPage(chat, query);
  }

  @Override
  public ResumeFacts resumeFacts(ChatId chat, ResumeQuery query) {
    facts++;
    check();
    return store.resumeFacts(chat, query);
  }

  @Override
  public Map<ChatId, Versions> versions(Collection<ChatId> chats) {
    polls++;
    check();
    if (pollBreaks != null) {
      throw pollBreaks;
    }
    return restored == null
        ? store.versions(chats)
        : Map.of(restored.row().id(), restored.row().versions());
  }

  @Override
  public Outcome create(
      ChatCommand.Create command, Chat.Description description, @Nullable RequestKey key) {
    return store.create(command, description, key);
  }

  @Override
  public Outcome apply(ChatId chat, ChatCommand command, @Nullable RequestKey key) {
    return store.apply(chat, command, key);
  }

  @Override
  public Optional<Outcome> answered(RequestKey key) {
    return store.answered(key);
  }

  @Override
  public Outcome describe(ChatId chat, DescribeChat change) {
    return store.describe(chat, change);
  }

  @Override
  public Outcome describe(ChatId chat, DescribeChat change, ChatCommand.ByUser first) {
    return store.describe(chat, change, first);
  }

  @Override
  public List<Chat> acquire(ReplicaId replica, int roots, int subs, Supplier<RunId> runs) {
    return store.acquire(replica, roots, subs, runs);
  }

  @Override
  public void record(ChatId chat, ModelUse use) {
    store.record(chat, use);
  }

  @Override
  public Optional<Chat> find(ChatId chat) {
    return store.find(chat);
  }

  @Override
  public List<Message> history(ChatId chat) {
    return store.history(chat);
  }

  @Override
  public TurnContext context(ChatId chat) {
    return store.context(chat);
  }

  private void awaitGate() {
    if (gate != null) {
      try {
        gate.await();
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
    }
  }

  private void check() {
    if (down) {
      throw new StoreException(StoreException.Kind.UNAVAILABLE, "down");
    }
  }
}
