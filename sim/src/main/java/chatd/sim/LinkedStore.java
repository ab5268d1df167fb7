package chatd.sim;

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
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// The chats as one replica reaches them.
final class LinkedStore implements ChatStore {
  private static final RunId ANY = new RunId(new java.util.UUID(0, 0));

  private final ChatStore store;
  private final DatabaseLink link;

  LinkedStore(ChatStore store, DatabaseLink link) {
    this.store = store;
    this.link = link;
  }

  @Override
  public Outcome create(
      ChatCommand.Create command, Chat.Description description, @Nullable RequestKey key) {
    return link.write(null, () -> store.create(command, description, key));
  }

  @Override
  public Outcome apply(ChatId chat, ChatCommand command, @Nullable RequestKey key) {
    return link.write(command, () -> store.apply(chat, command, key));
  }

  @Override
  public Optional<Outcome> answered(RequestKey key) {
    return link.read(() -> store.answered(key));
  }

  @Override
  public Outcome describe(ChatId chat, DescribeChat change) {
    return link.write(null, () -> store.describe(chat, change));
  }

  @Override
  public Outcome describe(ChatId chat, DescribeChat change, ChatCommand.ByUser first) {
    return link.write(first, () -> store.describe(chat, change, first));
  }

  @Override
  public List<Chat> acquire(ReplicaId replica, int roots, int subs, Supplier<RunId> runs) {
    return link.write(
        new ChatCommand.Acquire(replica, ANY), () -> store.acquire(replica, roots, subs, runs));
  }

  @Override
  public void record(ChatId chat, ModelUse use) {
    link.write(
        null,
        () -> {
          store.record(chat, use);
          return true;
        });
  }

  @Override
  public Optional<Chat> find(ChatId chat) {
    return link.read(() -> store.find(chat));
  }

  @Override
  public List<Message> history(ChatId chat) {
    return link.read(() -> store.history(chat));
  }

  @Override
  public TurnContext context(ChatId chat) {
    return link.read(() -> store.context(chat));
  }

  @Override
  public Optional<FeedRead> readFeed(ChatId chat, long afterHistory) {
    return link.read(() -> store.readFeed(chat, afterHistory));
  }

  @Override
  public List<FeedRow> readPage(ChatId chat, FeedPage query) {
    return link.read(() -> store.readPage(chat, query));
  }

  @Override
  public ResumeFacts resumeFacts(ChatId chat, ResumeQuery query) {
    return link.read(() -> store.resumeFacts(chat, query));
  }

  @Override
  public Map<ChatId, Versions> versions(Collection<ChatId> chats) {
    return link.read(() -> store.versions(chats));
  }
}
