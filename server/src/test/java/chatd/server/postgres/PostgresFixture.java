package chatd.server.postgres;

import chatd.core.chat.ChatFacts.QueueLimits;
import chatd.core.chat.ReplicaId;
import chatd.core.message.ChatId;
import chatd.core.message.Message;
import chatd.core.message.QueuedMessage;
import chatd.core.message.UserId;
import chatd.engine.port.ChatChanges;
import chatd.engine.port.ChatLists;
import chatd.engine.port.StoreFixture;
import chatd.server.postgres.embedded.TestPostgres;
import chatd.server.postgres.embedded.TestPostgres.TestDatabase;
import chatd.server.wire.MessageCodec;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/// A deployment with a database of its own.
final class PostgresFixture implements StoreFixture, AutoCloseable {
  static final QueueLimits QUEUE_LIMITS = new QueueLimits(20, 3 << 20);

  private final TestDatabase raw;
  private final WallClock time = new WallClock();
  private final Database database;
  private final PostgresChatStore store;
  private final PostgresReplicaDirectory directory;
  private final Map<ReplicaId, Connection> locks = new HashMap<>();

  PostgresFixture(TestPostgres postgres) {
    raw = postgres.createDatabase();
    var url = DatabaseUrl.parse(raw.jdbcUrl());
    Migrations.run(url);
    database = new Database(url, DatabaseBounds.DEFAULT, new ReplicaId(UUID.randomUUID()), 20);
    directory = new PostgresReplicaDirectory(database, QUEUE_LIMITS);
    store = new PostgresChatStore(database, time, QUEUE_LIMITS);
  }

  Database database() {
    return database;
  }

  DatabaseUrl url() {
    return DatabaseUrl.parse(raw.jdbcUrl());
  }

  WallClock time() {
    return time;
  }

  /// A connection without any of the store's bounds.
  Connection connect() throws SQLException {
    return raw.connect();
  }

  @Override
  public PostgresChatStore store() {
    return store;
  }

  @Override
  public PostgresReplicaDirectory directory() {
    return directory;
  }

  @Override
  public ChatChanges changes() {
    return new PostgresChatChanges(database);
  }

  @Override
  public UserId newUser() {
    return database.single(connection ->
        Sql.of(
                """
                insert into users (username, email) select u, u || '@example.org'
                from (select 'user-' || gen_random_uuid() as u) named returning id
                """)
            .first(connection, row -> new UserId(Rows.uuid(row, "id")))
            .orElseThrow());
  }

  @Override
  public void holdLock(ReplicaId replica, boolean held) {
    try {
      var before = locks.remove(replica);
      if (before != null) {
        // A session that is only closed may keep its lock for a few milliseconds.
        Sql.of("select pg_advisory_unlock_all()").list(before, row -> 1);
        before.close();
      }
      if (held) {
        var connection = connect();
        locks.put(replica, connection);
        Sql.of("select pg_advisory_lock_shared(?)", SessionLock.key(replica))
            .list(connection, row -> 1);
      }
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public ChatLists.Cost cost(ChatId chat) {
    return new PostgresChatLists(database).cost(chat);
  }

  @Override
  public PostgresModelDirectory models() {
    return new PostgresModelDirectory(database);
  }

  @Override
  public void forget(ReplicaId replica) {
    database.single(connection ->
        Sql.of("update replicas set state = 'dead', ended_at = now() where id = ?", replica.value())
            .update(connection));
  }

  @Override
  public byte[] encoded(ChatId chat, Message message) {
    return MessageCodec.message(chat, message);
  }

  @Override
  public byte[] encodedQueue(ChatId chat, List<QueuedMessage> queue) {
    return MessageCodec.array(
        queue.stream().map(entry -> MessageCodec.queued(chat, entry)).toList());
  }

  @Override
  public void close() throws SQLException {
    for (var lock : locks.values()) {
      lock.close();
    }
    directory.close();
    database.close();
    time.close();
    raw.close();
  }
}
