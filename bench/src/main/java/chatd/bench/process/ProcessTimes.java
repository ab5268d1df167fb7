package chatd.bench.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Stream;

/// What the kernel tells about processes.
public final class ProcessTimes {
  private static final double TICKS_PER_SECOND = 100; // Linux tells every program this number.

  private ProcessTimes() {}

  /// The processor time that a process and its ended children have used so far, in seconds; 0 if
  /// there is no such process any more.
  public static double processorSeconds(long pid) {
    try {
      var stat = Files.readString(Path.of("/proc/" + pid + "/stat"));
      // The name in parentheses may hold spaces.
      var fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
      var ticks = Arrays.stream(fields, 11, 15).mapToLong(Long::parseLong).sum();
      return ticks / TICKS_PER_SECOND;
    } catch (IOException _) {
      return 0;
    }
  }

  /// Platform threads of a process, by the kernel's count.
  public static int threads(long pid) {
    return (int) status(pid, "Threads:");
  }

  /// Open files and sockets of a process.
  public static int openFiles(long pid) throws IOException {
    try (var files = Files.list(Path.of("/proc/" + pid + "/fd"))) {
      return (int) files.count();
    }
  }

  /// Resident memory of a process in KiB.
  public static long residentKib(long pid) {
    return status(pid, "VmRSS:");
  }

  /// The descendants of this process that run this program.
  public static long[] descendants(String program) {
    try (Stream<ProcessHandle> all = ProcessHandle.current().descendants()) {
      return all.mapToLong(ProcessHandle::pid).filter(pid -> runs(pid, program)).toArray();
    }
  }

  private static boolean runs(long pid, String program) {
    try {
      return Files.readString(Path.of("/proc/" + pid + "/comm")).strip().equals(program);
    } catch (IOException _) {
      return false; // It has just ended.
    }
  }

  private static long status(long pid, String field) {
    try (var lines = Files.lines(Path.of("/proc/" + pid + "/status"))) {
      return lines
          .filter(line -> line.startsWith(field))
          .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")))
          .findFirst()
          .orElseThrow();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
