package chatd.server.postgres.embedded;

import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.WRITE;

import chatd.server.postgres.embedded.TestPostgres.TestDatabase;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/// A PostgreSQL server with databases for one run of tests or measurements.
///
/// Its folder is used again by later runs, of which several at a time have one each.
public final class TestServer implements AutoCloseable {
  private static final int SLOTS = 16;
  private static final String PREFIX = "test_";

  private final EmbeddedPostgres postgres;
  private final FileChannel slot;
  private final AtomicInteger databasesMade = new AtomicInteger();

  private TestServer(EmbeddedPostgres postgres, FileChannel slot) {
    this.postgres = postgres;
    this.slot = slot;
  }

  /// A server that flushes nothing to the disk: what it holds does not survive a power failure.
  public static TestServer quick() {
    return start(List.of("fsync=off", "synchronous_commit=off", "full_page_writes=off"));
  }

  /// Starts a server with these settings, each `name=value`. It takes the first folder that no
  /// other run is using.
  public static TestServer start(List<String> settings) {
    try {
      var root = TestPostgres.root();
      for (var i = 0; i < SLOTS; i++) {
        var slot = FileChannel.open(root.resolve("slot-" + i + ".lock"), CREATE, WRITE);
        if (slot.tryLock() != null) {
          return start(settings, root, root.resolve("slot-" + i), slot);
        }
        slot.close();
      }
      throw new IllegalStateException("all folders for test servers are in use in " + root);
    } catch (IOException e) {
      throw new IllegalStateException("no folder for a test server", e);
    }
  }

  private static TestServer start(List<String> settings, Path root, Path place, FileChannel slot) {
    var folder = new Folder(Folder.createdIn(place).root(), root);
    var server = new TestServer(EmbeddedPostgres.open(folder, settings, _ -> {}), slot);
    server.dropLeftovers();
    return server;
  }

  /// A fresh database without tables.
  public TestDatabase createDatabase() {
    return createDatabase("template1");
  }

  /// A copy of a database to which nobody is connected.
  TestDatabase createDatabase(String template) {
    var name = PREFIX + databasesMade.incrementAndGet();
    TestPostgres.execute(url("postgres"), "create database " + name + " template " + template);
    return new TestDatabase(name, url(name), url("postgres"));
  }

  private void dropLeftovers() {
    try (var connection = DriverManager.getConnection(url("postgres"));
        var statement = connection.createStatement();
        var found =
            statement.executeQuery(
                "select datname from pg_database where datname like '" + PREFIX + "%'")) {
      while (found.next()) {
        TestPostgres.execute(
            url("postgres"), "drop database " + found.getString(1) + " with (force)");
      }
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  private String url(String database) {
    return postgres.jdbcUrl().replaceFirst("/" + postgres.database() + "$", "/" + database)
        + "?user="
        + postgres.user()
        + "&password="
        + postgres.password();
  }

  @Override
  public void close() throws IOException {
    postgres.close();
    slot.close();
  }
}
