package chatd.server.postgres;

import chatd.core.chat.ReplicaId;
import java.time.Duration;
import java.util.UUID;

/// Another process of the same deployment: a pool and stores of its own.
final class SecondReplica implements AutoCloseable {
  final ReplicaId id;
  final Database database;
  final PostgresChatStore store;
  final PostgresReplicaDirectory directory;

  SecondReplica(PostgresFixture fixture) {
    this(fixture, DatabaseBounds.DEFAULT, new ReplicaId(UUID.randomUUID()));
  }

  /// One whose transactions the database leaves open for longer than anybody waits for a row.
  static SecondReplica holdingOn(PostgresFixture fixture) {
    var minute = Duration.ofMinutes(1);
    var bounds =
        new DatabaseBounds(minute, minute, minute, minute.plusSeconds(1), Duration.ofSeconds(2));
    return new SecondReplica(fixture, bounds, new ReplicaId(UUID.randomUUID()));
  }

  private SecondReplica(PostgresFixture fixture, DatabaseBounds bounds, ReplicaId id) {
    this.id = id;
    database = new Database(fixture.url(), bounds, id, 8);
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
