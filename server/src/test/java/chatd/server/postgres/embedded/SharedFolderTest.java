package chatd.server.postgres.embedded;

import static chatd.server.postgres.embedded.TestFolder.answers;
import static chatd.server.postgres.embedded.TestFolder.execute;
import static chatd.server.postgres.embedded.TestFolder.query;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Several processes on one data folder, and what happens when one of them ends or is killed.
@Tag("slow")
class SharedFolderTest {
  private static final Duration TAKEOVER_MAX = Duration.ofSeconds(20);

  private static final String NOTE = "create table note as select 'kept' as text";

  @TempDir Path temporary;
  private TestFolder folder;

  @BeforeEach
  void makeFolder() throws IOException {
    folder = TestFolder.used(temporary);
  }

  @Test
  void twoProcesses_shareOneServer() throws SQLException {
    try (var postgres = folder.open();
        var another = AnotherProcess.on(folder.folder())) {
      var server = folder.serverPid();
      assertThat(another.said()).isEqualTo(postgres.jdbcUrl());
      another.leave();
      assertThat(query(postgres, "select 1")).isEqualTo("1");
      assertThat(folder.serverPid()).isEqualTo(server);
    }
  }

  @Test
  void starterKilled_survivorTakesOverAtTheSameAddress() throws SQLException {
    try (var starter = AnotherProcess.on(folder.folder())) {
      var address = starter.said();
      try (var postgres = folder.open()) {
        execute(postgres, NOTE);
        var first = folder.serverPid();

        starter.kill();

        await().atMost(TAKEOVER_MAX).until(() -> hasNote(postgres) && folder.serverPid() != first);
        assertThat(postgres.jdbcUrl()).isEqualTo(address);
      }
    }
  }

  @Test
  void starterLeaves_survivorTakesOverAtTheSameAddress() throws SQLException {
    try (var starter = AnotherProcess.on(folder.folder())) {
      var address = starter.said();
      try (var postgres = folder.open()) {
        execute(postgres, NOTE);
        var first = folder.serverPid();

        starter.leave();

        await().atMost(TAKEOVER_MAX).until(() -> hasNote(postgres) && folder.serverPid() != first);
        assertThat(postgres.jdbcUrl()).isEqualTo(address);
      }
    }
  }

  @Test
  void starterAndServerKilled_survivorRecovers() throws SQLException {
    try (var starter = AnotherProcess.on(folder.folder())) {
      starter.said();
      try (var postgres = folder.open()) {
        execute(postgres, NOTE);

        server().destroyForcibly();
        starter.kill();

        await().atMost(TAKEOVER_MAX).until(() -> hasNote(postgres));
      }
    }
  }

  @Test
  void allKilled_nextStartRecovers() throws SQLException {
    try (var starter = AnotherProcess.on(folder.folder())) {
      starter.said();
      try (var postgres = folder.open()) {
        execute(postgres, NOTE);
      }

      server().destroyForcibly();
      starter.kill();

      try (var postgres = folder.open()) {
        assertThat(hasNote(postgres)).isTrue();
        assertThat(folder.folder().log()).content().contains("automatic recovery");
      }
    }
  }

  @Test
  void twoProcessesAtTheFirstStartOfAll_oneServerComesUp() throws IOException {
    folder = TestFolder.fresh(Files.createDirectory(temporary.resolve("fresh")));
    try (var first = AnotherProcess.on(folder.folder());
        var second = AnotherProcess.on(folder.folder())) {
      assertThat(first.said()).startsWith("jdbc:").isEqualTo(second.said());
      first.leave();
      second.leave();
      assertThat(Processes.of(folder.folder())).isEmpty();
    }
  }

  @Test
  void noProgramToBecomeAnotherUser_isSaidUnderRootAndNotNeededOtherwise() throws IOException {
    var programs = Files.createDirectory(temporary.resolve("no-programs"));
    var root = Files.getOwner(Path.of("/proc/self")).getName().equals("root");
    try (var another = AnotherProcess.on(folder.folder(), programs)) {
      var said = another.said();
      if (root) {
        assertThat(said).contains("install setpriv");
      } else {
        assertThat(said).startsWith("jdbc:");
      }
    }
  }

  private ProcessHandle server() {
    return ProcessHandle.of(folder.serverPid()).orElseThrow();
  }

  private static boolean hasNote(EmbeddedPostgres postgres) {
    return answers(postgres, "select text from note", "kept");
  }
}
