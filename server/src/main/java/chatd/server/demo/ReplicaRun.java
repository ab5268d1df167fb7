package chatd.server.demo;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// The process of one replica.
///
/// It has a session of its own, so that Ctrl-C in the terminal reaches the demo alone, and ends by
/// itself if the demo is killed, where the machine has the programs for that.
final class ReplicaRun {
  private static final Pattern READY = Pattern.compile("is ready at (http://\\S+)");
  private static final List<String> DRAIN = List.of("--drain-timeout", "500ms");
  private static final long STOP_SECONDS_MAX = 5;

  private final Process process;

  private ReplicaRun(Process process) {
    this.process = process;
  }

  /// Starts it. To be called by a platform thread that lives as long as the demo: the process ends
  /// with the thread that started it.
  ///
  /// @param number for the names of what it writes
  /// @param address where it was before; null: on any free port
  static ReplicaRun start(ReplicaCommand command, int number, @Nullable String address)
      throws IOException {
    var port = address == null ? 0 : URI.create(address).getPort();
    var folder = command.folder();
    var words = new ArrayList<>(Shell.ownSession());
    words.addAll(command.serve());
    words.addAll(List.of("--data-dir", folder.resolve("replica-" + number).toString()));
    words.addAll(List.of("--port", Integer.toString(port)));
    words.addAll(DRAIN);
    var builder = new ProcessBuilder(words);
    builder.environment().keySet().removeIf(name -> name.startsWith("CHATD_"));
    builder.environment().putAll(command.environment());
    var log = folder.resolve("replica-" + number + ".log").toFile();
    builder.redirectError(ProcessBuilder.Redirect.appendTo(log));
    return new ReplicaRun(builder.start());
  }

  long pid() {
    return process.pid();
  }

  /// Tells the address when it is ready, and when it has ended.
  void follow(Consumer<String> ready, Runnable ended) {
    Thread.ofVirtual()
        .name("replica-output")
        .start(() -> {
          listen(ready);
          process.onExit().join();
          ended.run();
        });
  }

  private void listen(Consumer<String> ready) {
    var in = new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8);
    try (var lines = new BufferedReader(in)) {
      lines
          .lines()
          .forEach(line -> {
            var found = READY.matcher(line);
            if (found.find()) {
              ready.accept(found.group(1));
            }
          });
    } catch (IOException | UncheckedIOException _) {
      // It was killed in the middle of a line.
    }
  }

  void kill() {
    process.destroyForcibly();
  }

  void freeze() {
    Shell.run("kill -STOP " + pid());
  }

  void thaw() {
    Shell.run("kill -CONT " + pid());
  }

  /// Asks it to end in order, frozen or not.
  void terminate() {
    if (process.isAlive()) {
      process.destroy();
      thaw();
    }
  }

  /// Waits until it has ended after [#terminate], for a while; then it is killed.
  void awaitEnd() throws InterruptedException {
    try {
      process.waitFor(STOP_SECONDS_MAX, TimeUnit.SECONDS);
    } finally {
      process.destroyForcibly().onExit().join();
    }
  }
}
