package chatd.server.postgres.embedded;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.List;

/// A fresh data folder of one test, with the programs shared by all tests.
record TestFolder(Path dataDir) {
  /// What the system was given survives the death of any process, flushed to the disk or not.
  static final List<String> QUICK = List.of("fsync=off");

  /// A folder at its very first start.
  static TestFolder fresh(Path temporary) throws IOException {
    // Temporary folders are closed to the account that the server runs under.
    Files.setPosixFilePermissions(temporary, PosixFilePermissions.fromString("rwxr-xr-x"));
    return new TestFolder(temporary.resolve("data-dir"));
  }

  /// A folder that was in use before; a copy, which is quicker to make.
  static TestFolder used(Path temporary) throws IOException {
    var seed = TestPostgres.root().resolve("seed");
    if (!Files.exists(seed)) {
      var made = Files.createTempDirectory(TestPostgres.root(), "seed");
      fresh(made).open().close();
      Files.move(made, seed, StandardCopyOption.ATOMIC_MOVE);
    }
    var folder = fresh(temporary);
    copy(seed.resolve("data-dir"), folder.dataDir);
    Files.delete(folder.folder().root().resolve("port"));
    return folder;
  }

  private static void copy(Path from, Path to) throws IOException {
    // Java cannot copy folders, and the owners have to stay.
    if (!new Command(List.of("cp", "-a", from.toString(), to.toString())).run()) {
      throw new IOException("cannot copy " + from + " to " + to);
    }
  }

  Folder folder() {
    try {
      return new Folder(Folder.createdIn(dataDir).root(), TestPostgres.root());
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  EmbeddedPostgres open() {
    return EmbeddedPostgres.open(folder(), QUICK, _ -> {});
  }

  long serverPid() {
    return PostmasterFile.read(folder().data()).orElseThrow().pid();
  }

  static int port(EmbeddedPostgres postgres) {
    return URI.create(postgres.jdbcUrl().substring("jdbc:".length())).getPort();
  }

  static Connection connect(EmbeddedPostgres postgres) throws SQLException {
    return DriverManager.getConnection(postgres.jdbcUrl(), postgres.user(), postgres.password());
  }

  static void execute(EmbeddedPostgres postgres, String sql) throws SQLException {
    try (var connection = connect(postgres);
        var statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  static String query(EmbeddedPostgres postgres, String sql) throws SQLException {
    try (var connection = connect(postgres);
        var statement = connection.createStatement();
        var rows = statement.executeQuery(sql)) {
      rows.next();
      return rows.getString(1);
    }
  }

  /// Whether the rows put in by the test are there; false while there is no server.
  static boolean answers(EmbeddedPostgres postgres, String sql, String expected) {
    try {
      return query(postgres, sql).equals(expected);
    } catch (SQLException _) {
      return false;
    }
  }
}
