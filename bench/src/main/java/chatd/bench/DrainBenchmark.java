package chatd.bench;

import chatd.bench.client.Recording;
import chatd.bench.process.MachineLoad;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/// How long viewers elsewhere wait for the next owner when a replica is asked to end.
final class DrainBenchmark implements Benchmark {
  private static final double MEDIAN_MILLIS_MAX = 500;
  private static final Duration DRAIN = Duration.ofSeconds(3);
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final Duration SETTLE = Duration.ofSeconds(2);

  /// A step that ends while the replica drains: 1.2 s.
  private static final String SHORT = "stream 30 40000";

  private static final int SHORT_PARTS = 30;

  /// A step that does not end.
  private static final String ENDLESS = "hold 3 5";

  /// Both in nanoseconds.
  private record Times(long afterStep, long afterDrain) {}

  @Override
  public String name() {
    return "drain";
  }

  @Override
  public String about() {
    return "SIGTERM of the worker to the next owner's first part elsewhere";
  }

  @Override
  public List<Finding> run(Ground ground, boolean tiny) throws Exception {
    var times = tiny ? 1 : 11;
    var took = new ArrayList<Times>();
    var watch = MachineLoad.watch(Map.of());
    try (var database = ground.createDatabase();
        var cluster = new Cluster(ground)) {
      var flags = new String[] {"--drain-timeout", DRAIN.toSeconds() + "s"};
      cluster.add(database.jdbcUrl(), flags);
      cluster.add(database.jdbcUrl(), flags);
      for (var i = 0; i < times; i++) {
        Thread.sleep(SETTLE);
        took.add(drain(cluster));
        cluster.add(database.jdbcUrl(), flags);
      }
    }
    return List.of(
        finding(
            "after the end of a step",
            took.stream().map(Times::afterStep).toList(),
            "The turn in progress answers within the drain time, and another message is queued behind it. From the provider's last part of the first answer to the first part of the second, which the other replica makes.",
            watch.load()),
        finding(
            "after the drain time",
            took.stream().map(Times::afterDrain).toList(),
            "The turn in progress does not end. From SIGTERM and a drain time of %d s to the first part of the next attempt."
                .formatted(DRAIN.toSeconds()),
            watch.load()));
  }

  private static Times drain(Cluster cluster) throws Exception {
    var leaving = cluster.replica(0);
    var staying = cluster.replica(1);
    var endless = cluster.begin(leaving, staying, ENDLESS);
    var ending = cluster.begin(leaving, staying, SHORT);
    leaving.client().send(ending.chat(), ENDLESS);
    var held = endless.viewer();
    var ended = ending.viewer();
    var ofHeld = StreamFacts.newest(held.since(0));
    var ofEnded = StreamFacts.newest(ended.since(0));

    var asked = System.nanoTime();
    leaving.process().terminate();
    var next = awaitPart(ofEnded, ended);
    var again = awaitPart(ofHeld, held);
    var end = lastSent(ended, next);
    leaving.process().awaitEnd();
    cluster.forget(leaving);
    staying.client().interrupt(endless.chat());
    staying.client().interrupt(ending.chat());
    return new Times(next - end, again - asked - DRAIN.toNanos());
  }

  private static long awaitPart(StreamFacts.Episode known, Recording viewer) throws Exception {
    Wait.until(
        "a part of the next owner",
        PATIENCE,
        () -> StreamFacts.firstPartAfter(known, viewer.since(0)).isPresent());
    return StreamFacts.firstPartAfter(known, viewer.since(0)).orElseThrow();
  }

  /// When the provider sent the last part of the short answer.
  private static long lastSent(Recording viewer, long before) {
    var times =
        viewer.since(0).stream()
            .filter(message -> message.nanos() < before)
            .flatMap(message -> PartTimes.in(message).stream())
            .toList();
    if (times.size() != SHORT_PARTS) {
      throw new IllegalStateException(times.size() + " parts came of " + SHORT_PARTS);
    }
    return times.getLast();
  }

  private static Finding finding(String when, List<Long> took, String how, MachineLoad load) {
    var each =
        took.stream()
            .map(nanos -> String.format(Locale.ROOT, "%.0f", nanos / 1e6))
            .collect(Collectors.joining(", "));
    return Finding.atMost(
            "next owner's first part " + when + ", median",
            Latencies.of(took).median(),
            MEDIAN_MILLIS_MAX,
            "ms")
        .how("%s %d times, in ms: %s.".formatted(how, took.size(), each))
        .under(load);
  }
}
