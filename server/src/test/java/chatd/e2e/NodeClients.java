package chatd.e2e;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/// The programs of `src/test/node`, in a folder below `target` that gets the packages from npm
/// which they use.
///
/// @param node the command, as is `npm`
/// @param installMax how long npm may take
record NodeClients(Path folder, String node, String npm, Duration installMax) {
  private static final Path SOURCE = Path.of("src", "test", "node");
  private static final int NODE_WANTED = 20;
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final Pattern VERSION = Pattern.compile("v(\\d+)\\..*");

  /// Those that are on the PATH.
  NodeClients() {
    this(Path.of("target", "node-clients").toAbsolutePath(), "node", "npm", Duration.ofMinutes(2));
  }

  /// Installs what the lock file names and nothing else. Where that is not possible it fails with
  /// one sentence.
  NodeClients install() {
    mustBeNewEnough();
    copy();
    var log = folder.resolve("npm.log");
    var how = run(log, installMax, npm, "ci", "--loglevel=http");
    if (!how.equals("ended with 0")) {
      throw new AssertionError(
          "The packages of server/src/test/node cannot be installed: npm ci %s, and its log is %s."
              .formatted(how, log));
    }
    return this;
  }

  private void mustBeNewEnough() {
    try {
      Files.createDirectories(folder);
      var said = folder.resolve("node-version");
      var how = run(said, PATIENCE, node, "--version");
      var version = Files.readString(said).strip();
      var match = VERSION.matcher(version);
      if (!match.matches() || Integer.parseInt(match.group(1)) < NODE_WANTED) {
        throw new AssertionError(
            "This test needs node %d or newer and npm on the PATH, and node --version %s%s."
                .formatted(NODE_WANTED, how, version.isEmpty() ? "" : " and says " + version));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void copy() {
    try (var files = Files.list(SOURCE)) {
      for (var file : files.filter(Files::isRegularFile).toList()) {
        Files.copy(file, folder.resolve(file.getFileName()), StandardCopyOption.REPLACE_EXISTING);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Runs the tests that these programs have of their own.
  void test() {
    var log = folder.resolve("test.log");
    var how = run(log, PATIENCE, node, "--test", "--test-reporter=spec", "reader.test.js");
    if (!how.equals("ended with 0")) {
      throw new AssertionError("node --test " + how + ":\n" + read(log));
    }
  }

  /// Starts one of these programs, which is talked to by lines.
  Process start(String program, String... arguments) {
    var words = new ArrayList<>(List.of(node, program));
    words.addAll(List.of(arguments));
    try {
      return new ProcessBuilder(words).directory(folder.toFile()).redirectErrorStream(true).start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Runs a command, and says in words how it ended.
  private String run(Path log, Duration max, String... words) {
    var builder = new ProcessBuilder(words).directory(folder.toFile()).redirectErrorStream(true);
    try {
      Files.writeString(log, "");
      var process = builder.redirectOutput(log.toFile()).start();
      if (process.waitFor(max.toMillis(), TimeUnit.MILLISECONDS)) {
        return "ended with " + process.exitValue();
      }
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly().onExit().join();
      return "took longer than " + max.toSeconds() + " s";
    } catch (IOException _) {
      return "cannot be started";
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
