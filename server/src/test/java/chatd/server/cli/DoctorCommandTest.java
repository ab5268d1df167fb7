package chatd.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DoctorCommandTest {
  private @TempDir Path folder;

  @Test
  void findings_areOneLineEach_andNotesAreNoFailure() {
    var chatd =
        new CommandRun(folder)
            .withFindings(
                Finding.ok("disk", "12 GiB free"), Finding.note("clock", "behind by an hour"));

    assertThat(chatd.run("doctor")).isZero();

    assertThat(chatd.err()).isEmpty();
    assertThat(chatd.out())
        .isEqualToNormalizingNewlines(
            """
            ok    disk        12 GiB free
            note  clock       behind by an hour
            """);
  }

  @Test
  void failure_isTheExitCode() {
    var chatd =
        new CommandRun(folder)
            .withFindings(Finding.fail("database", "away"), Finding.ok("disk", "12 GiB free"));

    assertThat(chatd.run("doctor")).isEqualTo(1);
    assertThat(chatd.out()).startsWith("FAIL  database    away");
  }

  @Test
  void settings_areThoseOfServe() {
    var chatd = new CommandRun(folder, Map.of("CHATD_MODEL", "openai/x", "CHATD_LEASE", "7s"));

    assertThat(chatd.run("doctor", "--openai-api-key", "sk-hunter2")).isZero();
    assertThat(chatd.settings().models().model()).isEqualTo("openai/x");
    assertThat(chatd.settings().running().lease()).hasSeconds(7);
    assertThat(chatd.run("doctor", "--lease", "1s")).isEqualTo(2);
  }
}
