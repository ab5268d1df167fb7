package chatd.bench;

import chatd.bench.Cluster.Replica;
import chatd.bench.client.Recording;
import chatd.bench.process.MachineLoad;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/// How long viewers on other replicas wait for the answer to go on when its worker is killed.
final class TakeoverBenchmark implements Benchmark {
  private static final double MEDIAN_SECONDS_MAX = 1;
  private static final double WORST_SECONDS_MAX = 3;
  private static final int REPLICAS = 3;
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  /// Longer than the looks of replicas at each other, which a killed one must have been part of.
  private static final Duration SETTLE = Duration.ofSeconds(2);

  @Override
  public String name() {
    return "takeover";
  }

  @Override
  public String about() {
    return "kill -9 of the worker to the next attempt's first part elsewhere";
  }

  @Override
  public List<Finding> run(Ground ground, boolean tiny) throws Exception {
    var times = tiny ? 2 : 20;
    var took = new ArrayList<Long>();
    var watch = MachineLoad.watch(Map.of());
    try (var database = ground.createDatabase();
        var cluster = Cluster.of(ground, REPLICAS, database.jdbcUrl())) {
      for (var i = 0; i < times; i++) {
        Thread.sleep(SETTLE);
        took.add(takeover(cluster, i));
        cluster.add(database.jdbcUrl());
      }
    }
    return findings(took, watch.load());
  }

  /// From the kill to the first part at the last viewer.
  private static long takeover(Cluster cluster, int number) throws Exception {
    var chat = cluster.replica(number).client().create("hold 3 5");
    var viewers = new ArrayList<Watching>();
    for (var replica : cluster.replicas()) {
      viewers.add(new Watching(replica, cluster.watch(replica, chat)));
    }
    for (var viewer : viewers) {
      Wait.until("the parts of a first attempt", PATIENCE, viewer::hasParts);
    }
    var worker =
        cluster.replica(StreamFacts.worker(viewers.getFirst().recording.since(0)).orElseThrow());
    var others = viewers.stream().filter(each -> !each.replica.equals(worker)).toList();
    var known = StreamFacts.newest(others.getFirst().recording.since(0));
    var killed = System.nanoTime();
    worker.process().kill();
    var last = killed;
    for (var viewer : others) {
      Wait.until(
          "a part of the next attempt",
          PATIENCE,
          () -> StreamFacts.firstPartAfter(known, viewer.recording.since(0)).isPresent());
      var first = StreamFacts.firstPartAfter(known, viewer.recording.since(0)).orElseThrow();
      last = Math.max(last, first);
    }
    cluster.forget(worker);
    others.getFirst().replica.client().interrupt(chat);
    return last - killed;
  }

  private record Watching(Replica replica, Recording recording) {
    boolean hasParts() {
      return StreamFacts.hasParts(recording.since(0));
    }
  }

  private static List<Finding> findings(List<Long> took, MachineLoad load) {
    var latencies = Latencies.of(took);
    var each =
        took.stream()
            .map(nanos -> String.format(Locale.ROOT, "%.0f", nanos / 1e6))
            .collect(Collectors.joining(", "));
    return List.of(
        Finding.atMost(
                "kill of the worker to the next part elsewhere, median",
                latencies.median() / 1_000,
                MEDIAN_SECONDS_MAX,
                "s")
            .how(
                "%d times: three replicas with usual settings over one database, each with a viewer of the chat; the worker is killed in the middle of an answer, and the time is over when both other viewers have a part of the next attempt, whoever makes it. The provider answers at once. In ms: %s."
                    .formatted(took.size(), each))
            .under(load),
        Finding.atMost(
                "kill of the worker to the next part elsewhere, worst of " + took.size(),
                latencies.percentile(100) / 1_000,
                WORST_SECONDS_MAX,
                "s")
            .how("The same.")
            .under(load));
  }
}
