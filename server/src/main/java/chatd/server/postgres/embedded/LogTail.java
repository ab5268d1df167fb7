package chatd.server.postgres.embedded;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;

/// What was written to the server's log from a moment on, to say why a program failed.
record LogTail(Path log, long from) {
  private static final int BYTES_MAX = 64 * 1024;
  private static final Pattern REASON =
      Pattern.compile("(?:FATAL|PANIC|initdb: error|setpriv|unshare): +(.*)");

  static LogTail of(Path log) {
    try {
      return new LogTail(log, Files.exists(log) ? Files.size(log) : 0);
    } catch (IOException e) {
      throw EmbeddedPostgresException.of(e, log);
    }
  }

  EmbeddedPostgresException failure(String what) {
    var lines = lines();
    if (lines.stream().anyMatch(line -> line.contains("No space left on device"))) {
      return EmbeddedPostgresException.diskFull(log);
    }
    return new EmbeddedPostgresException(what + ": " + reason(lines) + " (see " + log + ").");
  }

  private static String reason(List<String> lines) {
    for (var line : lines.reversed()) {
      var reason = REASON.matcher(line);
      if (reason.find()) {
        return reason.group(1);
      }
    }
    return lines.isEmpty() ? "it said nothing" : lines.getLast();
  }

  private List<String> lines() {
    try (var channel = FileChannel.open(log)) {
      channel.position(Math.min(from, channel.size()));
      var bytes = Channels.newInputStream(channel).readNBytes(BYTES_MAX);
      return new String(bytes, UTF_8).lines().filter(line -> !line.isBlank()).toList();
    } catch (IOException _) {
      return List.of(); // The failure itself matters more than that its reason cannot be read.
    }
  }
}
