package chatd.bench;

import chatd.bench.process.MachineLoad;
import chatd.bench.process.RunningProcess;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/// How long a start takes, from the start of the process until it says that it is ready.
final class StartBenchmark implements Benchmark {
  @Override
  public String name() {
    return "start";
  }

  @Override
  public String about() {
    return "start to ready: external database, embedded with data, first ever";
  }

  @Override
  public List<Finding> run(Ground ground, boolean tiny) throws Exception {
    var times = tiny ? 1 : 5;
    return List.of(external(ground, times), embedded(ground, times), firstEver(ground, times));
  }

  private static Finding external(Ground ground, int times) throws Exception {
    try (var database = ground.createDatabase()) {
      ground.serve(database.jdbcUrl(), "").close(); // Makes the tables.
      return measure(
          "start over an external database", 2, times, () -> ground.serve(database.jdbcUrl(), ""));
    }
  }

  private static Finding embedded(Ground ground, int times) throws Exception {
    var folder = ground.newFolder();
    ground.serve(folder, "").close();
    return measure("start with the embedded database", 4, times, () -> ground.serve(folder, ""));
  }

  private static Finding firstEver(Ground ground, int times) throws Exception {
    return measure("first start ever", 9, times, () -> ground.serve(ground.newFolder(), ""));
  }

  private interface Start {
    RunningProcess start() throws Exception;
  }

  private static Finding measure(String what, double limitSeconds, int times, Start start)
      throws Exception {
    var took = new ArrayList<Long>();
    var watch = MachineLoad.watch(Map.of());
    for (var i = 0; i < times; i++) {
      try (var process = start.start()) {
        took.add(process.startTime().toNanos());
      }
    }
    var all =
        took.stream()
            .map(nanos -> String.format(Locale.ROOT, "%.0f", nanos / 1e6))
            .collect(Collectors.joining(", "));
    return Finding.atMost(what, Latencies.of(took).median() / 1_000, limitSeconds, "s")
        .how(
            "Median of %d, from the start of the launcher to the first 200 of /readyz, asked every 5 ms, in ms: %s."
                .formatted(times, all))
        .under(watch.load());
  }
}
