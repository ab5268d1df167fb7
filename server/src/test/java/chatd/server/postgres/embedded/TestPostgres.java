package chatd.server.postgres.embedded;

import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/// Databases for tests, on one server that all test classes of a run share. The server is started
/// for the first test class that registers this, and stops after the last one.
///
/// ```java
/// @RegisterExtension static final TestPostgres POSTGRES = new TestPostgres();
///
/// try (var database = POSTGRES.createDatabase()) { ... database.jdbcUrl() ... }
/// ```
///
/// Its data lie in `target/test-postgres` and are used again by the next run; they do not survive a
/// power failure, because nothing is flushed to the disk.
public final class TestPostgres implements BeforeAllCallback {
  private static final ExtensionContext.Namespace NAMESPACE =
      ExtensionContext.Namespace.create(TestPostgres.class);

  private @Nullable SharedServer server;

  @Override
  public void beforeAll(ExtensionContext context) {
    server =
        context
            .getRoot()
            .getStore(NAMESPACE)
            .computeIfAbsent(SharedServer.class, _ -> SharedServer.start(), SharedServer.class);
  }

  /// A fresh database without tables.
  public TestDatabase createDatabase() {
    return createDatabase("template1");
  }

  /// A copy of a database to which nobody is connected.
  public TestDatabase createDatabase(String template) {
    if (server == null) {
      throw new IllegalStateException("register this as a static @RegisterExtension field");
    }
    return server.createDatabase(template);
  }

  /// One database; closing drops it, together with its connections.
  ///
  /// @param jdbcUrl with user and password in it
  public record TestDatabase(String name, String jdbcUrl, String adminUrl)
      implements AutoCloseable {
    /// Opens a connection; the caller closes it.
    public Connection connect() throws SQLException {
      return DriverManager.getConnection(jdbcUrl);
    }

    @Override
    public void close() {
      execute(adminUrl, "drop database if exists " + name + " with (force)");
    }
  }

  private record SharedServer(
      EmbeddedPostgres postgres, FileChannel slot, AtomicInteger databasesMade)
      implements AutoCloseable {
    private static final int SLOTS = 16;
    private static final String PREFIX = "test_";

    /// Takes the first folder that no other test run is using.
    static SharedServer start() {
      try {
        var root = root();
        for (var i = 0; i < SLOTS; i++) {
          var slot = FileChannel.open(root.resolve("slot-" + i + ".lock"), CREATE, WRITE);
          if (slot.tryLock() != null) {
            return start(root, root.resolve("slot-" + i), slot);
          }
          slot.close();
        }
        throw new IllegalStateException("all folders for test servers are in use in " + root);
      } catch (IOException e) {
        throw new IllegalStateException("no folder for a test server", e);
      }
    }

    private static SharedServer start(Path root, Path slot, FileChannel lock) {
      var folder = new Folder(Folder.createdIn(slot).root(), root);
      var settings = List.of("fsync=off", "synchronous_commit=off", "full_page_writes=off");
      var postgres = EmbeddedPostgres.open(folder, settings, _ -> {});
      var server = new SharedServer(postgres, lock, new AtomicInteger());
      server.dropLeftovers();
      return server;
    }

    TestDatabase createDatabase(String template) {
      var name = PREFIX + databasesMade.incrementAndGet();
      execute(url("postgres"), "create database " + name + " template " + template);
      return new TestDatabase(name, url(name), url("postgres"));
    }

    private void dropLeftovers() {
      try (var connection = DriverManager.getConnection(url("postgres"));
          var statement = connection.createStatement();
          var found =
              statement.executeQuery(
                  "select datname from pg_database where datname like '" + PREFIX + "%'")) {
        while (found.next()) {
          execute(url("postgres"), "drop database " + found.getString(1) + " with (force)");
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

  /// Where test servers live, and where their programs are unpacked once for all.
  ///
  /// Root's home is closed to the account that the server runs under; a checkout there needs
  /// another place.
  static Path root() throws IOException {
    var target = Files.createDirectories(Path.of("target").toAbsolutePath());
    try {
      Launcher.choose().requireReachable(target);
      return Files.createDirectories(target.resolve("test-postgres/" + Software.VERSION));
    } catch (EmbeddedPostgresException _) {
      var name = "chatd-test-postgres-" + Integer.toHexString(target.hashCode());
      return Files.createDirectories(Path.of(System.getProperty("java.io.tmpdir"), name));
    }
  }

  private static void execute(String url, String sql) {
    try (var connection = DriverManager.getConnection(url);
        var statement = connection.createStatement()) {
      statement.execute(sql);
    } catch (SQLException e) {
      throw new IllegalStateException(sql, e);
    }
  }
}
