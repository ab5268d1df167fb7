package chatd.server.postgres.embedded;

import static chatd.server.postgres.embedded.TestFolder.execute;
import static chatd.server.postgres.embedded.TestFolder.query;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/// What a server made from nothing is like, as an operator gets it.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RunningServerTest {
  private final List<String> progress = new ArrayList<>();
  private TestFolder folder;
  private EmbeddedPostgres postgres;

  @BeforeAll
  void start(@TempDir Path temporary) throws IOException {
    folder = TestFolder.fresh(temporary);
    postgres = EmbeddedPostgres.open(folder.folder(), List.of(), progress::add);
  }

  @AfterAll
  void stop() {
    postgres.close();
  }

  @Test
  void itIsFitForRealData() throws SQLException {
    assertThat(query(postgres, "show server_version")).isEqualTo(Software.VERSION);
    assertThat(query(postgres, "show fsync")).isEqualTo("on");
    assertThat(query(postgres, "show synchronous_commit")).isEqualTo("on");
    assertThat(query(postgres, "show full_page_writes")).isEqualTo("on");
    assertThat(query(postgres, "show data_checksums")).isEqualTo("on");
    assertThat(query(postgres, "show server_encoding")).isEqualTo("UTF8");
    assertThat(query(postgres, "select datlocprovider from pg_database where datname = 'chatd'"))
        .isEqualTo("b");
    assertThat(query(postgres, "select datlocale from pg_database where datname = 'chatd'"))
        .isEqualTo("C.UTF-8");
  }

  @Test
  void itCountsStatements() throws SQLException {
    execute(postgres, "create extension pg_stat_statements");
    assertThat(query(postgres, "select count(*) > 0 from pg_stat_statements")).isEqualTo("t");
  }

  @Test
  void itSaysWhatTakesLong() {
    assertThat(progress).contains("Creating the database folder (first start only) ...");
  }

  @Test
  void wrongOrNoPassword_isRefused() throws IOException {
    for (var password : new String[] {"wrong", ""}) {
      assertThatThrownBy(
              () -> DriverManager.getConnection(postgres.jdbcUrl(), postgres.user(), password))
          .isInstanceOf(SQLException.class)
          .hasMessageContaining("password");
    }
    var file = folder.folder().root().resolve("password");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
  }

  @Test
  void itListensOnLoopbackAlone() throws SQLException, IOException {
    var port = "%04X".formatted(TestFolder.port(postgres));
    // Lines of the kernel's tables: local address, foreign address, state; 0A is listening.
    var listening = ".* [0-9A-F]+:" + port + " [0-9A-F:]+ 0A .*";
    assertThat(Files.readAllLines(Path.of("/proc/net/tcp")))
        .filteredOn(line -> line.matches(listening))
        .singleElement()
        .asString()
        .contains(" 0100007F:" + port);
    assertThat(Files.readAllLines(Path.of("/proc/net/tcp6")))
        .noneMatch(line -> line.matches(listening));
    assertThat(query(postgres, "show unix_socket_directories")).isEmpty();
  }

  @Test
  void itIsOutOfReachOfCtrlCInOurTerminal() throws IOException {
    var server = folder.serverPid();
    var stat = Files.readString(Path.of("/proc", Long.toString(server), "stat"));
    var fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
    assertThat(fields[2]).as("process group").isEqualTo(Long.toString(server));
    assertThat(fields[3]).as("session").isEqualTo(Long.toString(server));
  }

  @Test
  void itHasNoRightsOfRootAndNothingOfOurEnvironment() throws SQLException, IOException {
    var proc = Path.of("/proc", Long.toString(folder.serverPid()));
    assertThat(Files.readAllLines(proc.resolve("status")))
        .filteredOn(line -> line.startsWith("Uid:"))
        .singleElement()
        .asString()
        .doesNotContainPattern("\\s0\\s|\\s0$");
    assertThatThrownBy(() -> query(postgres, "select pg_read_file('/etc/shadow')"))
        .hasMessageContaining("ermission denied");
    assertThat(Files.readString(proc.resolve("environ")))
        .contains("LC_ALL=C")
        .doesNotContain("HOME=");
  }
}
