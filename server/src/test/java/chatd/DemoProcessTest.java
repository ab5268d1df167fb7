package chatd;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// `chatd demo` with real replicas and with keys from a pipe, as somebody who tries it out.
@Tag("slow")
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class DemoProcessTest {
  private static final Duration PATIENCE = Duration.ofSeconds(90);
  private static final String RUNS = "replica (\\d) runs the chat";

  private @TempDir Path folder;
  private final List<Process> started = new ArrayList<>();

  @AfterEach
  void killWhatIsLeft() {
    started.forEach(process -> process.destroyForcibly().onExit().join());
  }

  @Test
  void chat_goesOnWhenItsReplicaIsKilled_andNothingIsLeftAtTheEnd() throws IOException {
    var demo = start();
    var first = await(RUNS).group(1);
    await("seen at replica 3: part \\d+ \\S");
    var children = demo.descendants().toList();
    assertThat(children).hasSizeGreaterThanOrEqualTo(4); // Three replicas and the database.

    press(demo, "k");
    var second = await("you kill -9 replica " + first + "[\\s\\S]*" + RUNS + " now").group(1);
    assertThat(second).isNotEqualTo(first);
    await("runs the chat now[\\s\\S]*seen at replica " + second + ": part \\d+ \\S");

    press(demo, "s");
    await("you start replica " + first + "[\\s\\S]*the viewer at replica " + first + " is back");

    press(demo, second + "f"); // A frozen one is ended, too.
    await("you freeze replica " + second);
    press(demo, "q");
    assertThat(exitCode(demo)).as(this::said).isZero();
    assertThat(said()).endsWith("Stopping.\nNothing of the demo is left.\n");
    assertThat(children).noneMatch(ProcessHandle::isAlive);
    try (var left = Files.list(folder.resolve("tmp"))) {
      assertThat(left.filter(it -> it.getFileName().toString().startsWith("chatd-"))).isEmpty();
    }
  }

  @Test
  void kill_ofTheDemoItself_endsItsReplicasAndItsDatabase() throws IOException {
    var demo = start();
    await(RUNS);
    var children = demo.descendants().toList();

    demo.destroyForcibly().onExit().join();

    Awaitility.await().atMost(PATIENCE).until(() -> children.stream().noneMatch(this::runs));
  }

  /// An ended process whose new parent has not looked at it yet is no longer running.
  private boolean runs(ProcessHandle process) {
    return process.isAlive() && process.info().command().isPresent();
  }

  private Process start() throws IOException {
    // Under root the embedded PostgreSQL runs as another user, who must get through.
    for (var open : List.of(folder, Files.createDirectory(folder.resolve("tmp")))) {
      Files.setPosixFilePermissions(open, PosixFilePermissions.fromString("rwx--x--x"));
    }
    var words = new ArrayList<>(ServeProcess.java());
    words.add(1, "-Djava.io.tmpdir=" + folder.resolve("tmp"));
    words.add("demo");
    var process =
        new ProcessBuilder(words)
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("out").toFile())
            .start();
    started.add(process);
    return process;
  }

  private static void press(Process demo, String keys) throws IOException {
    demo.getOutputStream().write(keys.getBytes(UTF_8));
    demo.getOutputStream().flush();
  }

  private MatchResult await(String text) {
    var pattern = Pattern.compile(text);
    return Awaitility.await()
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(50))
        .until(() -> pattern.matcher(said()).results().findFirst(), found -> found.isPresent())
        .orElseThrow();
  }

  private static int exitCode(Process process) {
    try {
      assertThat(process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
      return process.exitValue();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  private String said() {
    try {
      return Files.readString(folder.resolve("out"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
