package chatd.server.demo;

import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/// What only programs of the system can do.
final class Shell {
  private static final int SECONDS_MAX = 5;
  private static final String OUTLIVED_BY_NOBODY = "setsid setpriv --pdeathsig KILL";
  private static final String OWN_SESSION = "setsid";

  private Shell() {}

  /// Runs a line of shell whose input is that of this process; false if it fails.
  static boolean run(String line) {
    return start(line, Redirect.DISCARD).filter(Shell::succeeds).isPresent();
  }

  /// Likewise, with the output of this process too.
  static boolean runOnTerminal(String line) {
    return start(line, Redirect.INHERIT).filter(Shell::succeeds).isPresent();
  }

  /// Runs a line of shell whose input is that of this process, and returns its output; empty if it
  /// fails.
  static Optional<String> ask(String line) {
    return start(line, Redirect.PIPE)
        .flatMap(process -> {
          try (var out = process.getInputStream()) {
            var text = new String(out.readAllBytes(), StandardCharsets.UTF_8).strip();
            return succeeds(process) ? Optional.of(text) : Optional.empty();
          } catch (IOException _) {
            return Optional.empty();
          }
        });
  }

  /// What goes before a command so that it gets no signal from the terminal and, if possible, ends
  /// with the thread that started it.
  static List<String> ownSession() {
    for (var prefix : List.of(OUTLIVED_BY_NOBODY, OWN_SESSION)) {
      if (run(prefix + " true")) {
        return List.of(prefix.split(" "));
      }
    }
    return List.of();
  }

  private static Optional<Process> start(String line, Redirect output) {
    try {
      return Optional.of(
          new ProcessBuilder("/bin/sh", "-c", line)
              .redirectInput(Redirect.INHERIT)
              .redirectOutput(output)
              .redirectError(Redirect.DISCARD)
              .start());
    } catch (IOException _) {
      return Optional.empty(); // The caller has another way.
    }
  }

  /// A program that changes a terminal may be stopped by it for ever.
  private static boolean succeeds(Process process) {
    try {
      return process.waitFor(SECONDS_MAX, TimeUnit.SECONDS) && process.exitValue() == 0;
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      return false;
    } finally {
      process.destroyForcibly();
    }
  }
}
