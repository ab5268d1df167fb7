package chatd.server.postgres.embedded;

import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.WRITE;

import chatd.server.postgres.embedded.TestPostgres.TestDatabase;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
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

  private final Folder folder;
  private final List<String> settings;
  private final FileChannel slot;
  private final AtomicInteger databasesMade = new AtomicInteger();
  private EmbeddedPostgres postgres;

  private TestServer(Folder folder, List<String> settings, FileChannel slot) {
    this.folder = folder;
    this.settings = settings;
    this.slot = slot;
    this.postgres = EmbeddedPostgres.open(folder, settings, _ -> {});
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
        if (takes(slot)) {
          return start(settings, root, root.resolve("slot-" + i), slot);
        }
        slot.close();
      }
      throw new IllegalStateException("all folders for test servers are in use in " + root);
    } catch (IOException e) {
      throw new IllegalStateException("no folder for a test server", e);
    }
  }

  private static boolean takes(FileChannel slot) throws IOException {
    try {
      return slot.tryLock() != null;
    } catch (OverlappingFileLockException _) {
      return false; // Of this very process.
    }
  }

  private static TestServer start(List<String> settings, Path root, Path place, FileChannel slot) {
    var folder = new Folder(Folder.createdIn(place).root(), root);
    var server = new TestServer(folder, settings, slot);
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

  /// Ends the server as a crash does, without writing anything out. It is started again on the same
  /// data and port.
  public void crash() {
    var pid = PostmasterFile.read(folder.data()).orElseThrow().pid();
    if (!new Command(List.of("/bin/sh", "-c", "kill -QUIT " + pid)).run()) {
      throw new IllegalStateException("PostgreSQL could not be ended");
    }
  }

  /// Ends the server; its data and its port are kept for [#startAgain].
  public void stop() {
    postgres.close();
  }

  public void startAgain() {
    postgres = EmbeddedPostgres.open(folder, settings, _ -> {});
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
