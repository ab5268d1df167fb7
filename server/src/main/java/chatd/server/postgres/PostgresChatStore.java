package chatd.server.postgres;

import chatd.core.chat.ChatCommand;
import chatd.core.chat.ChatFacts.QueueLimits;
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
import chatd.engine.port.Time;
import chatd.server.wire.UsageCodec;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Chats in PostgreSQL. Each call is one transaction; what it does stands in a class of its own.
public final class PostgresChatStore implements ChatStore {
  private final Database database;
  private final QueueLimits queueLimits;
  private final RequestKeys keys;
  private final ChatLocks locks;

  public PostgresChatStore(Database database, Time time, QueueLimits queueLimits) {
    this.database = database;
    this.queueLimits = queueLimits;
    this.keys = new RequestKeys(database, time);
    this.locks = new ChatLocks(database.bounds().lock());
  }

  @Override
  public Outcome create(
      ChatCommand.Create command, Chat.Description description, @Nullable RequestKey key) {
    return keys.once(key, connection -> CreateChat.write(connection, command, description));
  }

  @Override
  public Outcome apply(ChatId chat, ChatCommand command, @Nullable RequestKey key) {
    return locks.with(chat, () -> keys.once(key, connection -> apply(connection, chat, command)));
  }

  private Outcome apply(Connection connection, ChatId chat, ChatCommand command)
      throws SQLException {
    var locked = ChatRows.lock(connection, chat);
    return locked.isEmpty()
        ? new Outcome.Missing()
        : new CommandWrite(connection, queueLimits).apply(locked.get(), command);
  }

  @Override
  public Optional<Outcome> answered(RequestKey key) {
    return keys.find(key);
  }

  @Override
  public Outcome describe(ChatId chat, DescribeChat change) {
    return locks.with(
        chat,
        () ->
            database.transaction(connection -> new DescribeWrite(connection, change).apply(chat)));
  }

  @Override
  public Outcome describe(ChatId chat, DescribeChat change, ChatCommand.ByUser first) {
    return locks.with(
        chat,
        () ->
            database.transaction(connection -> {
              var write = new DescribeWrite(connection, change);
              write.lockPins(); // Before any chat, as everywhere.
              var outcome = apply(connection, chat, first);
              return outcome instanceof Outcome.Done done ? write.applyAfter(done) : outcome;
            }));
  }

  @Override
  public List<Chat> acquire(ReplicaId replica, int roots, int subs, Supplier<RunId> runs) {
    var capacity = new AcquireChats.Capacity(roots, subs);
    return database.transaction(
        connection -> AcquireChats.take(connection, replica, capacity, runs, queueLimits));
  }

  @Override
  public void record(ChatId chat, ModelUse use) {
    database.single(connection ->
        Sql.of(
                """
                insert into model_requests
                  (chat_id, user_id, model_config_id, usage, cost_micros, created_at)
                select id, user_id, ?::uuid, ?::text, ?::numeric, clock_timestamp()
                from chats where id = ?
                """,
                use.modelConfigId(),
                use.usage() == null ? null : UsageCodec.encode(use.usage()),
                use.costMicros(),
                chat.value())
            .update(connection));
  }

  @Override
  public Optional<Chat> find(ChatId chat) {
    return database.single(connection -> ChatRows.find(connection, chat));
  }

  @Override
  public List<Message> history(ChatId chat) {
    return database.single(connection -> MessageRows.history(connection, chat));
  }

  @Override
  public TurnContext context(ChatId chat) {
    return database.single(connection -> MessageRows.context(connection, chat));
  }

  @Override
  public Optional<FeedRead> readFeed(ChatId chat, long afterHistory) {
    return database.single(connection -> FeedReads.read(connection, chat, afterHistory));
  }

  @Override
  public List<FeedRow> readPage(ChatId chat, FeedPage query) {
    return database.single(connection -> FeedReads.page(connection, chat, query));
  }

  @Override
  public ResumeFacts resumeFacts(ChatId chat, ResumeQuery query) {
    return database.single(connection -> FeedReads.resumeFacts(connection, chat, query));
  }

  @Override
  public Map<ChatId, Versions> versions(Collection<ChatId> chats) {
    return database.single(connection -> FeedReads.versions(connection, chats));
  }
}
