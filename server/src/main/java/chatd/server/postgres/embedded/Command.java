package chatd.server.postgres.embedded;

import java.io.File;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/// A program to run, with nothing of this process's environment but `PATH`: secrets of chatd and
/// settings meant for other PostgreSQL programs stay out.
record Command(List<String> line) {
  private static final int SECONDS_MAX = 120;

  /// Runs to the end without output; false when it failed, does not exist or takes too long.
  boolean run() {
    return run(ProcessBuilder.Redirect.DISCARD);
  }

  /// Runs to the end with all output appended to a file.
  boolean runLoggingTo(File log) {
    return run(ProcessBuilder.Redirect.appendTo(log));
  }

  /// Starts without waiting, with all output appended to a file.
  Process startLoggingTo(File log) throws IOException {
    return start(ProcessBuilder.Redirect.appendTo(log));
  }

  private boolean run(ProcessBuilder.Redirect output) {
    try {
      var process = start(output);
      try {
        return process.waitFor(SECONDS_MAX, TimeUnit.SECONDS) && process.exitValue() == 0;
      } finally {
        process.destroyForcibly();
      }
    } catch (IOException _) {
      return false; // No such program: the caller has another way, or a sentence for it.
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private Process start(ProcessBuilder.Redirect output) throws IOException {
    var builder = new ProcessBuilder(line).redirectErrorStream(true).redirectOutput(output);
    builder.environment().keySet().retainAll(Set.of("PATH"));
    builder.environment().put("LC_ALL", "C");
    var process = builder.start();
    process.getOutputStream().close();
    return process;
  }
}
