package chatd;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// The commands of the README, as a reader types them.
///
/// A comment before a block says what is done with it: `serve` is the server itself, which gets a
/// free port and a folder of its own here; `run` is run; `beside` is started and left running;
/// `file` is saved under the name that follows. Blocks without a comment are for reading.
@Tag("slow")
class ReadmeTest {
  private static final Pattern BLOCK =
      Pattern.compile(
          "<!-- (serve|run|beside|file)(?:: (\\S+))? -->\n```\\w+\n(.*?)```", Pattern.DOTALL);
  private static final String USUAL_ADDRESS = "http://127.0.0.1:8080";
  private static final Duration PATIENCE = Duration.ofMinutes(3);

  private @TempDir Path folder;

  /// `name` is null but for a file.
  private record Block(String use, @Nullable String name, String text) {}

  @Test
  @Timeout(value = 5, unit = TimeUnit.MINUTES)
  void readme_followedWordForWord_works() throws IOException, InterruptedException {
    // Under root the embedded PostgreSQL runs as another user, who must get through.
    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx--x--x"));
    var environment =
        Map.of("CHATD_DATA_DIR", folder.resolve("data").toString(), "CHATD_PORT", "0");
    try (var chatd = ServeProcess.start(folder, environment)) {
      var session = shell(chatd.address().toString(), environment);
      try {
        assertThat(session.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
      } finally {
        session.destroyForcibly();
      }

      assertThat(session.exitValue()).as(written("out") + written("err")).isZero();
      assertThat(written("out"))
          .contains(
              "\"queued\":false",
              "\"queued\":true",
              "\"status\":\"waiting\"",
              "\"messages\":[",
              "\"deleted_message_ids\":[",
              "not in a failed state");
      assertThat(written("beside-1")).startsWith("retry: 1000").contains("event: message_part");
      assertThat(written("beside-2")).startsWith("[{").contains("\"status\":\"waiting\"");
      assertThat(chatd.stop()).isZero(); // Which also ends what was left running.
    }
  }

  @Test
  void readme_namesTheGate() throws IOException {
    assertThat(readme()).contains("\n./test\n", "`./test --all`");
  }

  /// A shell that reads the commands, in a folder that looks like the source tree to them.
  private Process shell(String address, Map<String, String> environment) throws IOException {
    var tree = Files.createDirectory(folder.resolve("tree"));
    program(tree.resolve("chatd"), ServeProcess.java());
    var script = new StringBuilder("set -euo pipefail\n");
    var beside = 0;
    for (var block : blocks()) {
      switch (block.use()) {
        case "serve" -> assertThat(block.text()).isEqualTo("./chatd serve\n");
        case "file" -> Files.writeString(tree.resolve(requireNonNull(block.name())), block.text());
        case "beside" -> script.append(leftRunning(block.text(), ++beside));
        default -> script.append(block.text());
      }
    }
    assertThat(script).contains(USUAL_ADDRESS);
    var file = tree.resolve("session.sh");
    Files.writeString(file, script.toString().replace(USUAL_ADDRESS, address));
    var builder = new ProcessBuilder("bash", file.toString()).directory(tree.toFile());
    builder.environment().putAll(environment);
    builder.environment().merge("PATH", java() + ":", (path, first) -> first + path);
    builder.redirectOutput(folder.resolve("out").toFile());
    builder.redirectError(folder.resolve("err").toFile());
    return builder.start();
  }

  /// Goes on as a reader who watches does: when the turns have come to their end.
  private String leftRunning(String commands, int number) {
    var out = folder.resolve("beside-" + number);
    return """
    { %s} >'%s' 2>&1 </dev/null &
    for try in $(seq 600); do ! grep -qs '"status":"waiting"' '%2$s' || break; sleep 0.1; done
    """
        .formatted(commands, out);
  }

  private static void program(Path file, List<String> command) throws IOException {
    var words = new ArrayList<String>();
    command.forEach(word -> words.add("'" + word + "'"));
    Files.writeString(file, "#!/bin/sh\nexec " + String.join(" ", words) + " \"$@\"\n");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwx------"));
  }

  private static String java() {
    return Path.of(System.getProperty("java.home"), "bin").toString();
  }

  private static List<Block> blocks() throws IOException {
    var blocks =
        BLOCK
            .matcher(readme())
            .results()
            .map(found -> new Block(found.group(1), found.group(2), found.group(3)))
            .toList();
    assertThat(blocks).extracting(Block::use).contains("serve", "run", "beside", "file");
    return blocks;
  }

  private static String readme() throws IOException {
    return Files.readString(Path.of("..", "README.md"));
  }

  private String written(String name) throws IOException {
    return Files.readString(folder.resolve(name));
  }
}
