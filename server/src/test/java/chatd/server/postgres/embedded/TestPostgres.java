package chatd.server.postgres.embedded;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
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

  private @Nullable TestServer server;

  @Override
  public void beforeAll(ExtensionContext context) {
    server =
        context
            .getRoot()
            .getStore(NAMESPACE)
            .computeIfAbsent(TestServer.class, _ -> TestServer.quick(), TestServer.class);
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

  static void execute(String url, String sql) {
    try (var connection = DriverManager.getConnection(url);
        var statement = connection.createStatement()) {
      statement.execute(sql);
    } catch (SQLException e) {
      throw new IllegalStateException(sql, e);
    }
  }
}
