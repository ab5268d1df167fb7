package chatd.bench;

import chatd.bench.client.ChatdClient;
import chatd.bench.client.Recording;
import chatd.bench.process.MachineLoad;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// How evenly turns are spread over replicas.
final class SpreadBenchmark implements Benchmark {
  private static final int REPLICAS = 3;

  /// How far from an even share one may be, as a part of it.
  private static final double OFF_MAX = 0.25;

  private static final String WAITING = "\"status\":{\"status\":\"waiting\"";
  private static final Duration PATIENCE = Duration.ofSeconds(90);

  private record Size(int turns, int parts) {
    static final Size FULL = new Size(300, 50);
    static final Size TINY = new Size(12, 10);
  }

  @Override
  public String name() {
    return "spread";
  }

  @Override
  public String about() {
    return "300 turns of 5 s over three replicas";
  }

  @Override
  public List<Finding> run(Ground ground, boolean tiny) throws Exception {
    var size = tiny ? Size.TINY : Size.FULL;
    var findings = new ArrayList<Finding>();
    findings.add(measure(ground, size, REPLICAS, "sent to all three in turn"));
    findings.add(measure(ground, size, 1, "all sent to one of them"));
    return findings;
  }

  /// @param senders how many of the replicas are sent to
  private static Finding measure(Ground ground, Size size, int senders, String which)
      throws Exception {
    try (var database = ground.createDatabase();
        var cluster = Cluster.of(ground, REPLICAS, database.jdbcUrl())) {
      Thread.sleep(Duration.ofSeconds(2)); // So that each has seen the others.
      var watch = MachineLoad.watch(cluster.processes());
      var task = "stream " + size.parts + " 100000";
      var viewers =
          ChatdClient.many(
              size.turns,
              i ->
                  () -> {
                    var replica = cluster.replica(i % senders);
                    return cluster.watch(replica, replica.client().create(task));
                  });
      var shares = shares(cluster, viewers);
      var load = watch.load();
      var even = size.turns / REPLICAS;
      var off = shares.values().stream().mapToInt(share -> Math.abs(share - even)).max();
      return Finding.atMost(
              "%d turns %s, furthest from %d".formatted(size.turns, which, even),
              off.orElseThrow(),
              even * OFF_MAX,
              "turns")
          .how(
              "Each takes %.0f s; begun as quickly as requests are answered, twelve at a time. The replicas ran %s, as their viewers were told."
                  .formatted(size.parts / 10.0, shares.values()))
          .under(load);
    }
  }

  /// How many turns each replica ran.
  private static Map<String, Integer> shares(Cluster cluster, List<Recording> viewers)
      throws Exception {
    var shares = new TreeMap<String, Integer>();
    cluster.replicas().forEach(replica -> shares.put(replica.id(), 0));
    for (var viewer : viewers) {
      Wait.until("the end of a turn", PATIENCE, () -> viewer.endsWith(WAITING));
      shares.merge(StreamFacts.worker(viewer.since(0)).orElseThrow(), 1, Integer::sum);
    }
    return shares;
  }
}
