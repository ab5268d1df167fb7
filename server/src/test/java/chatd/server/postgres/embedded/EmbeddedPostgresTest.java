package chatd.server.postgres.embedded;

import static chatd.server.postgres.embedded.TestFolder.execute;
import static chatd.server.postgres.embedded.TestFolder.query;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Starts, ends and failures of one process and its server.
class EmbeddedPostgresTest {
  @TempDir Path temporary;
  private TestFolder folder;

  @BeforeEach
  void makeFolder() throws IOException {
    folder = TestFolder.used(temporary);
  }

  @Test
  void restart_keepsRowsAddressAndPassword() throws SQLException {
    String address;
    String password;
    try (var postgres = folder.open()) {
      execute(postgres, "create table note as select 'kept' as text");
      address = postgres.jdbcUrl();
      password = postgres.password();
    }
    try (var postgres = folder.open()) {
      assertThat(query(postgres, "select text from note")).isEqualTo("kept");
      assertThat(postgres.jdbcUrl()).isEqualTo(address);
      assertThat(postgres.password()).isEqualTo(password);
    }
  }

  @Test
  void serverKilled_isStartedAgainAndRowsAreKept() throws SQLException {
    try (var postgres = folder.open()) {
      execute(postgres, "create table note as select 'kept' as text");
      var address = postgres.jdbcUrl();
      var killed = folder.serverPid();

      ProcessHandle.of(killed).orElseThrow().destroyForcibly();

      await()
          .atMost(Duration.ofSeconds(20))
          .until(() -> TestFolder.answers(postgres, "select text from note", "kept"));
      assertThat(folder.serverPid()).isNotEqualTo(killed);
      assertThat(postgres.jdbcUrl()).isEqualTo(address);
    }
  }

  /// A session that only computes does not notice the death of its server, and PostgreSQL starts no
  /// new one beside it.
  @Test
  @Tag("slow")
  void serverKilledWhileASessionComputes_isStartedAgain() throws Exception {
    var compute =
        """
        do $$ declare start timestamptz := clock_timestamp(); begin
          while clock_timestamp() < start + interval '60 s' loop end loop;
        end $$\
        """;
    try (var postgres = folder.open();
        var busy = TestFolder.connect(postgres);
        var statement = busy.createStatement()) {
      var computing =
          Thread.ofVirtual().unstarted(() -> assertThatThrownBy(() -> statement.execute(compute)));
      computing.start();
      await()
          .until(() ->
              TestFolder.answers(
                  postgres,
                  "select count(*) from pg_stat_activity where query like 'do $$%'",
                  "1"));

      ProcessHandle.of(folder.serverPid()).orElseThrow().destroyForcibly();

      await()
          .atMost(Duration.ofSeconds(20))
          .until(() -> TestFolder.answers(postgres, "select 1", "1"));
      computing.join();
    }
  }

  @Test
  void serverFoundRunningWithoutParent_isAdopted() throws SQLException {
    try (var postgres = folder.open()) {
      execute(postgres, "create table note as select 'kept' as text");
    }
    var orphan = startByHand();
    try (var postgres = folder.open()) {
      assertThat(query(postgres, "select text from note")).isEqualTo("kept");
      assertThat(folder.serverPid()).isEqualTo(orphan.pid());
    }
    await().until(() -> !orphan.isAlive());
  }

  @Test
  void pidFileThatNamesAnUnrelatedProcess_isNoObstacle() throws IOException, SQLException {
    var unrelated = runAsServerAccount("exec sleep 60");
    leavePidFileOf(unrelated.pid());
    try (var postgres = folder.open()) {
      assertThat(query(postgres, "select 1")).isEqualTo("1");
    } finally {
      unrelated.destroyForcibly();
    }
  }

  @Test
  @Tag("slow")
  void pidFileThatNamesAZombieForEver_isNoObstacle() throws IOException, SQLException {
    // The shell's child ends, and what the shell turns into never takes notice of it.
    var parent = runAsServerAccount("sleep 0 & exec sleep 60");
    await().until(() -> parent.children().anyMatch(child -> Processes.isZombie(child.pid())));
    leavePidFileOf(parent.children().findFirst().orElseThrow().pid());
    try (var postgres = folder.open()) {
      assertThat(query(postgres, "select 1")).isEqualTo("1");
    } finally {
      parent.destroyForcibly();
    }
  }

  @Test
  void portTakenMeanwhile_anotherOneIsChosen() throws IOException, SQLException {
    int port;
    try (var postgres = folder.open()) {
      port = TestFolder.port(postgres);
    }
    try (var _ = new ServerSocket(port, 1, InetAddress.ofLiteral("127.0.0.1"));
        var postgres = folder.open()) {
      assertThat(TestFolder.port(postgres)).isNotEqualTo(port);
      assertThat(query(postgres, "select 1")).isEqualTo("1");
    }
  }

  @Test
  void initializationBrokenOff_beginsAgain() throws IOException, SQLException {
    folder = TestFolder.fresh(Files.createDirectory(temporary.resolve("fresh")));
    var root = folder.folder().root();
    Files.createDirectories(root.resolve("data.unfinished/base/1"));
    Files.writeString(root.resolve("data.unfinished/base/1/half"), "x");
    Files.writeString(root.resolve("initial-password"), "old");
    try (var postgres = folder.open()) {
      assertThat(query(postgres, "select 1")).isEqualTo("1");
    }
    assertThat(root.resolve("data.unfinished")).doesNotExist();
    assertThat(root.resolve("initial-password")).doesNotExist();
  }

  @Test
  void programsOfAnotherVersion_areRemoved() throws IOException {
    var old = folder.folder().software().resolve("postgresql-17.1-x86_64");
    Files.createDirectories(old.resolve("bin"));
    Files.createFile(old.resolve("bin").resolve("postgres"));
    var lock = Files.createFile(old.resolveSibling("postgresql-17.1-x86_64.lock"));

    try (var postgres = folder.open()) {
      assertThat(TestFolder.answers(postgres, "select 1", "1")).isTrue();
      assertThat(old).doesNotExist();
      assertThat(lock).doesNotExist();
    }
  }

  @Test
  void largeLog_beginsAnew() throws IOException {
    var log = folder.folder().log();
    try (var file = new RandomAccessFile(log.toFile(), "rw")) {
      file.setLength(11_000_000);
    }
    folder.open().close();
    assertThat(Files.size(log)).isLessThan(100_000);
    assertThat(Files.size(log.resolveSibling("postgres.log.old"))).isEqualTo(11_000_000);
  }

  @Test
  void folderOpenInThisProcess_isRefused() {
    try (var _ = folder.open()) {
      assertThatThrownBy(() -> folder.open())
          .isInstanceOf(EmbeddedPostgresException.class)
          .hasMessageContaining("already open in this process");
    }
  }

  @Test
  void closedParentFolder_isNamed() throws IOException {
    var closed = Files.createDirectory(temporary.resolve("closed"));
    var inside = new TestFolder(Files.createDirectory(closed.resolve("inside")));
    var root = Files.getOwner(Path.of("/proc/self")).getName().equals("root");
    Files.setPosixFilePermissions(
        closed, PosixFilePermissions.fromString(root ? "rwx------" : "---------"));
    try {
      assertThatThrownBy(inside::open)
          .isInstanceOf(EmbeddedPostgresException.class)
          .hasMessageContaining(closed.toString())
          .hasMessageNotContaining(root ? inside.dataDir().toString() : "\n");
    } finally {
      Files.setPosixFilePermissions(closed, PosixFilePermissions.fromString("rwx------"));
    }
  }

  @Test
  void dataOfAnotherMajorVersion_areRefusedUntouched() throws IOException {
    var version = folder.folder().data().resolve("PG_VERSION");
    Files.writeString(version, "17\n");
    assertThatThrownBy(folder::open)
        .isInstanceOf(EmbeddedPostgresException.class)
        .hasMessageContaining("was made by PostgreSQL 17");
    assertThat(version).hasContent("17");
  }

  @Test
  void damagedData_sayWhatPostgresSaid() throws IOException {
    Files.delete(folder.folder().data().resolve("global/pg_control"));
    assertThatThrownBy(folder::open)
        .isInstanceOf(EmbeddedPostgresException.class)
        .hasMessageStartingWith("PostgreSQL did not start: ")
        .hasMessageContaining("pg_control");
  }

  @Test
  void passwordLost_isSaid() throws IOException {
    Files.delete(folder.folder().root().resolve("password"));
    assertThatThrownBy(folder::open)
        .isInstanceOf(EmbeddedPostgresException.class)
        .hasMessageContaining("password");
  }

  @Test
  void fileInPlaceOfTheFolder_isSaid() throws IOException {
    var file = new TestFolder(Files.createFile(temporary.resolve("file")));
    assertThatThrownBy(file::open)
        .isInstanceOf(EmbeddedPostgresException.class)
        .hasMessageContaining("is not a folder");
  }

  private Process runAsServerAccount(String script) throws IOException {
    return Launcher.choose()
        .command(List.of("/bin/sh", "-c", script))
        .startLoggingTo(folder.folder().log().toFile());
  }

  private void leavePidFileOf(long pid) throws IOException {
    var lines = List.of(Long.toString(pid), folder.folder().data().toString(), "0");
    Files.write(PostmasterFile.in(folder.folder().data()), lines);
  }

  /// A server whose parent is not a supervisor.
  private Process startByHand() {
    var plain = new Launcher(withoutParentDeath(Launcher.choose().prefix()), "");
    var software = Software.unpackedBelow(folder.folder().software(), _ -> {});
    var cluster = new Cluster(folder.folder(), software, plain, List.of());
    try {
      var server =
          cluster.server(folder.folder().port()).startLoggingTo(folder.folder().log().toFile());
      // Before it has written its file there is nothing that could be found.
      await().until(() -> PostmasterFile.read(folder.folder().data()).isPresent());
      return server;
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private static List<String> withoutParentDeath(List<String> prefix) {
    var words = String.join(" ", prefix).replace("--pdeathsig INT", "--pdeathsig keep");
    return List.of(words.split(" "));
  }
}
