package chatd.bench.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/// How busy the machine was during a measurement, and with what.
///
/// @param seconds how long it was watched
/// @param busy the busy share of all its processors, from 0 to 1
/// @param cores processor seconds per second of each process that takes part
public record MachineLoad(double seconds, double busy, Map<String, Double> cores) {
  private static final double BUSY_MAX = 0.85;
  private static final double OTHERS_MAX = 0.10;

  public MachineLoad {
    cores = new TreeMap<>(cores);
  }

  /// The share of all processors that others used.
  public double others() {
    var own = cores.values().stream().mapToDouble(Double::doubleValue).sum();
    return Math.max(0, busy - own / Runtime.getRuntime().availableProcessors());
  }

  /// Whether the machine was busy beyond 85 %, by whatever.
  public boolean isFull() {
    return busy > BUSY_MAX;
  }

  /// Whether the machine was busy beyond 85 %, and not only by what was measured.
  public boolean isSpoilt() {
    return isFull() && others() > OTHERS_MAX;
  }

  @Override
  public String toString() {
    var each =
        cores.entrySet().stream()
            .map(entry -> String.format(Locale.ROOT, "%s %.2f", entry.getKey(), entry.getValue()))
            .collect(Collectors.joining(", "));
    return String.format(
        Locale.ROOT,
        "%.0f %% busy, %.0f %% by others%s",
        busy * 100,
        others() * 100,
        each.isEmpty() ? "" : "; cores: " + each);
  }

  /// Begins to watch. This process is always one that takes part.
  ///
  /// @param processes by name, the ids of those that take part
  public static Watch watch(Map<String, long[]> processes) {
    var all = new TreeMap<>(processes);
    all.put("load", new long[] {ProcessHandle.current().pid()});
    return new Watch(all);
  }

  /// A measurement in progress.
  public static final class Watch {
    private final long begun = System.nanoTime();
    private final Ticks ticks = Ticks.now();
    private final Map<String, long[]> processes;
    private final Map<String, Double> before;

    private Watch(Map<String, long[]> processes) {
      this.processes = processes;
      this.before = seconds(processes);
    }

    /// How it was since the beginning.
    public MachineLoad load() {
      var elapsed = (System.nanoTime() - begun) / 1e9;
      var after = seconds(processes);
      var cores = new LinkedHashMap<String, Double>();
      after.forEach(
          (name, used) -> cores.put(name, (used - before.getOrDefault(name, 0.0)) / elapsed));
      var now = Ticks.now();
      var all = Math.max(1, now.all - ticks.all);
      return new MachineLoad(elapsed, (double) (now.busy - ticks.busy) / all, cores);
    }

    private static Map<String, Double> seconds(Map<String, long[]> processes) {
      var times = new LinkedHashMap<String, Double>();
      processes.forEach((name, pids) ->
          times.put(name, Arrays.stream(pids).mapToDouble(ProcessTimes::processorSeconds).sum()));
      return times;
    }
  }

  private record Ticks(long busy, long all) {
    static Ticks now() {
      try (var lines = Files.lines(Path.of("/proc/stat"))) {
        var fields =
            Arrays.stream(lines.findFirst().orElseThrow().split(" +"))
                .skip(1)
                .mapToLong(Long::parseLong)
                .toArray();
        var all = Arrays.stream(fields, 0, 8).sum();
        return new Ticks(all - fields[3] - fields[4], all); // Idle, and waiting for a disk.
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
