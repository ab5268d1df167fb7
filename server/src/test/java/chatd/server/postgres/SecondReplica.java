package chatd.server.postgres;

import chatd.core.chat.ReplicaId;
import java.util.UUID;

/// Another process of the same deployment: a pool and stores of its own.
final class SecondReplica implements AutoCloseable {
  final ReplicaId id;
  final Database database;
  final PostgresChatStore store;
  final PostgresReplicaDirectory directory;

  SecondReplica(PostgresFixture fixture) {
    this(fixture, new ReplicaId(UUID.randomUUID()));
  }

  private SecondReplica(PostgresFixture fixture, ReplicaId id) {
    this.id = id;
    database = new Database(fixture.url(), DatabaseBounds.DEFAULT, id, 8);
    store = new PostgresChatStore(database, fixture.time(), PostgresFixture.QUEUE_LIMITS);
    directory = new PostgresReplicaDirectory(database, PostgresFixture.QUEUE_LIMITS);
    directory.register(id, "http://" + id, "test");
  }

  @Override
  public void close() {
    directory.close();
    database.close();
  }
}
