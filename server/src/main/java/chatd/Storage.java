package chatd;

import chatd.core.chat.ChatFacts.QueueLimits;
import chatd.core.chat.ReplicaId;
import chatd.engine.port.StoreException;
import chatd.engine.port.Time;
import chatd.server.cli.CannotRun;
import chatd.server.cli.Progress;
import chatd.server.config.BadSettings;
import chatd.server.config.Secret;
import chatd.server.config.ServeSettings;
import chatd.server.postgres.Database;
import chatd.server.postgres.DatabaseBounds;
import chatd.server.postgres.DatabaseCheckup;
import chatd.server.postgres.DatabaseUrl;
import chatd.server.postgres.Migrations;
import chatd.server.postgres.PostgresAccounts;
import chatd.server.postgres.PostgresChatChanges;
import chatd.server.postgres.PostgresChatLists;
import chatd.server.postgres.PostgresChatStore;
import chatd.server.postgres.PostgresModelDirectory;
import chatd.server.postgres.PostgresPubsub;
import chatd.server.postgres.PostgresReplicaDirectory;
import chatd.server.postgres.embedded.EmbeddedPostgres;
import chatd.server.postgres.embedded.EmbeddedPostgresException;
import java.util.Optional;

/// The database and everything that is kept in it.
record Storage(
    Closing closing,
    Database database,
    PostgresChatStore chats,
    PostgresChatLists lists,
    PostgresChatChanges changes,
    PostgresAccounts accounts,
    PostgresReplicaDirectory replicas,
    PostgresModelDirectory models,
    PostgresPubsub pubsub) {
  static final int CONNECTIONS_MAX = 20;
  private static final long QUEUED_BYTES_MAX = 3L << 20;

  /// Opens the database, the embedded one if no other is named, and brings it up to date.
  ///
  /// @throws CannotRun if that is not possible, with the reason
  static Storage open(
      ServeSettings settings, ReplicaId replica, Time time, Progress progress, Closing closing) {
    var url = external(settings).orElseGet(() -> embedded(settings, progress, closing));
    try {
      if (settings.databaseUrl() != null) { // Of our own we know what it is.
        DatabaseCheckup.require(url, time);
      }
      Migrations.run(url);
    } catch (StoreException e) {
      throw new CannotRun(String.valueOf(e.getMessage()), e);
    }
    var database = new Database(url, DatabaseBounds.DEFAULT, replica, CONNECTIONS_MAX);
    closing.then(database::close);
    var limits = new QueueLimits(settings.limits().queuedMessages(), QUEUED_BYTES_MAX);
    var replicas = new PostgresReplicaDirectory(database, limits);
    closing.then(replicas::close);
    var pubsub = new PostgresPubsub(database, time, replica);
    closing.then(pubsub::close);
    return new Storage(
        closing,
        database,
        new PostgresChatStore(database, time, limits),
        new PostgresChatLists(database),
        new PostgresChatChanges(database),
        new PostgresAccounts(database),
        replicas,
        new PostgresModelDirectory(database),
        pubsub);
  }

  /// This process goes on under a new id.
  void become(ReplicaId id) {
    database.become(id); // First: the session that holds the lock of the new id has its name, too.
    pubsub.become(id);
  }

  /// The database that the settings name, if they name one.
  ///
  /// @throws BadSettings if it is not written as it must be
  static Optional<DatabaseUrl> external(ServeSettings settings) {
    try {
      return Optional.ofNullable(settings.databaseUrl()).map(Secret::value).map(DatabaseUrl::parse);
    } catch (IllegalArgumentException e) {
      throw new BadSettings(String.valueOf(e.getMessage()));
    }
  }

  private static DatabaseUrl embedded(ServeSettings settings, Progress progress, Closing closing) {
    try {
      var embedded = EmbeddedPostgres.open(settings.dataDir(), progress::tell);
      closing.then(embedded::close);
      return urlOf(embedded);
    } catch (EmbeddedPostgresException e) {
      throw new CannotRun(String.valueOf(e.getMessage()), e);
    }
  }

  static DatabaseUrl urlOf(EmbeddedPostgres embedded) {
    var url = DatabaseUrl.parse(embedded.jdbcUrl());
    return new DatabaseUrl(
        url.host(),
        url.port(),
        url.database(),
        embedded.user(),
        embedded.password(),
        url.parameters());
  }
}
