package chatd.bench.process;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/// Questions to a JVM, asked with `jcmd`.
public final class DiagnosticCommand {
  private static final Pattern HEAP_USED =
      Pattern.compile("(?m)^ *(?:DefNew|Tenured|garbage-first heap).*? used (\\d+)K");

  private DiagnosticCommand() {}

  /// What is reachable on its heap, in KiB, after collection.
  public static long liveHeapKib(long pid) throws IOException, InterruptedException {
    run(pid, "GC.run");
    run(pid, "GC.run");
    var found = HEAP_USED.matcher(run(pid, "GC.heap_info"));
    var sum = 0L;
    while (found.find()) {
      sum += Long.parseLong(found.group(1));
    }
    if (sum == 0) {
      throw new IllegalStateException("this collector's figures are not understood");
    }
    return sum;
  }

  /// All its threads, platform and virtual.
  public static long threads(long pid) throws IOException, InterruptedException {
    var dump = Files.createTempFile("chatd-threads", ".txt");
    try {
      run(pid, "Thread.dump_to_file", "-overwrite", dump.toString());
      try (var lines = Files.lines(dump)) {
        return lines.filter(line -> line.startsWith("#")).count();
      }
    } finally {
      Files.delete(dump);
    }
  }

  private static String run(long pid, String... question) throws IOException, InterruptedException {
    var command = new ArrayList<>(List.of(jcmd(), Long.toString(pid)));
    command.addAll(List.of(question));
    var process = new ProcessBuilder(command).redirectErrorStream(true).start();
    var answer = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (process.waitFor() != 0) {
      throw new IOException("jcmd failed: " + answer);
    }
    return answer;
  }

  private static String jcmd() {
    return Path.of(System.getProperty("java.home"), "bin", "jcmd").toString();
  }
}
