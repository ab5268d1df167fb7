package chatd.bench;

import chatd.bench.StreamCheck.Sighting;
import chatd.bench.client.ChatdClient;
import chatd.bench.client.Recording;
import chatd.bench.process.MachineLoad;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;

/// How much later a part is seen on another replica than on that of the worker.
final class RemoteBenchmark implements Benchmark {
  private static final String WAITING = "\"status\":{\"status\":\"waiting\"";
  private static final Duration SLACK = Duration.ofSeconds(60);

  /// Within this share of a round all chats begin, each when it likes, as people do: their parts do
  /// not come in step then.
  private static final int BEGINNINGS = 5;

  private static final Comparator<MachineLoad> BUSIER =
      Comparator.comparingDouble(MachineLoad::busy);

  /// How much is streamed.
  ///
  /// @param pairs of viewers of each chat, one on either replica
  private record Size(int chats, int pairs, int warmUpSeconds, int seconds, int rounds) {
    static final Size FULL = new Size(100, 5, 30, 15, 5);
    static final Size TINY = new Size(4, 2, 1, 1, 1);

    int delivered(int perSecond) {
      return chats * 2 * pairs * perSecond;
    }
  }

  /// One chat and its viewers: the k-th on one replica makes a pair with the k-th on the other.
  private record Watched(String chat, List<Recording> one, List<Recording> other) {
    List<Recording> all() {
      var all = new ArrayList<>(one);
      all.addAll(other);
      return all;
    }
  }

  /// One run of all chats.
  ///
  /// @param overtaken how many parts some viewer got with the message only, because it was faster
  /// @param more by how much later the second viewer of each pair had each part
  private record Round(
      Latencies near,
      Latencies far,
      Latencies more,
      List<String> faults,
      int overtaken,
      MachineLoad load) {

    double p99OfDifference() {
      return more.percentile(99);
    }

    double differenceOfP99() {
      return far.percentile(99) - near.percentile(99);
    }
  }

  @Override
  public String name() {
    return "remote";
  }

  @Override
  public String about() {
    return "parts on another replica beside the worker's, 2,000 and 10,000 delivered per second";
  }

  @Override
  public List<Finding> run(Ground ground, boolean tiny) throws Exception {
    var size = tiny ? Size.TINY : Size.FULL;
    try (var database = ground.createDatabase();
        var cluster = Cluster.of(ground, 2, database.jdbcUrl())) {
      var chats = new ArrayList<Watched>();
      for (var chat : Ground.chats(cluster.replica(0).client(), size.chats)) {
        chats.add(watched(cluster, chat, size.pairs));
      }
      var stage = new Stage(cluster, chats);
      stage.round(10, size.warmUpSeconds);
      var findings = new ArrayList<Finding>();
      findings.addAll(measure(stage, size, 2, 2));
      findings.addAll(measure(stage, size, 10, 5));
      return findings;
    }
  }

  /// Opens the viewers in turns, so that neither replica's are read first.
  private static Watched watched(Cluster cluster, String chat, int pairs) throws Exception {
    var watched = new Watched(chat, new ArrayList<>(), new ArrayList<>());
    for (var i = 0; i < 2 * pairs; i++) {
      var isOne = (i + i / 2) % 2 == 0;
      var viewer = cluster.watch(cluster.replica(isOne ? 0 : 1), chat);
      (isOne ? watched.one : watched.other).add(viewer);
    }
    return watched;
  }

  private static List<Finding> measure(Stage stage, Size size, int perSecond, double limitMillis)
      throws Exception {
    var rounds = new ArrayList<Round>();
    for (var i = 0; i < size.rounds; i++) {
      rounds.add(stage.round(perSecond, size.seconds));
    }
    var faults = rounds.stream().flatMap(round -> round.faults.stream()).toList();
    var quiet = rounds.stream().filter(round -> !round.load.isFull()).toList();
    var counted = quiet.size() > size.rounds / 2 ? quiet : rounds;
    var what = String.format(Locale.ROOT, "%,d parts/s delivered, ", size.delivered(perSecond));
    var middle = middle(counted, Round::p99OfDifference);
    var busiest = counted.stream().map(Round::load).max(BUSIER).orElseThrow();
    var how =
        "%d chats at %d parts/s with %d viewers each, half of them on either of two replicas; each part is timed at a viewer on the worker's replica and at one on the other, and what is looked at is the difference of the two: the p99 of all such differences of a round of %d s, and of %d rounds the median of those that were not more than 85 %% busy, if those are most. The rounds: %s. In the middle one: difference %s; on the worker's replica %s; on the other %s."
            .formatted(
                size.chats,
                perSecond,
                2 * size.pairs,
                size.seconds,
                size.rounds,
                p99s(rounds),
                middle.more,
                middle.near,
                middle.far);
    var overtaken = rounds.stream().mapToInt(Round::overtaken).sum();
    var parts = size.delivered(perSecond) * size.seconds * size.rounds;
    return List.of(
        Finding.exactly(what + "gaps and repeats", faults.size(), 0, "")
            .how(faults.isEmpty() ? "" : "First of them: " + faults.getFirst() + "."),
        Finding.fact(
            what + "came with the message only",
            String.format(Locale.ROOT, "%,d of %,d parts", overtaken, parts)),
        Finding.atMost(
                what + "p99 of remote less local", middle.p99OfDifference(), limitMillis, "ms")
            .how(how)
            .unlessFull(busiest),
        Finding.atMost(
                what + "p99 of remote less p99 of local",
                middle(counted, Round::differenceOfP99).differenceOfP99(),
                limitMillis,
                "ms")
            .how("The same rounds, each side by itself; the median.")
            .unlessFull(busiest));
  }

  private static Round middle(List<Round> rounds, ToDoubleFunction<Round> figure) {
    return rounds.stream()
        .sorted(Comparator.comparingDouble(figure))
        .skip(rounds.size() / 2)
        .findFirst()
        .orElseThrow();
  }

  private static String p99s(List<Round> rounds) {
    return rounds.stream()
        .map(round ->
            String.format(
                Locale.ROOT,
                "%.2f ms at %.0f %% busy",
                round.p99OfDifference(),
                round.load.busy() * 100))
        .collect(Collectors.joining(", "));
  }

  private record Stage(Cluster cluster, List<Watched> chats) {
    Round round(int perSecond, int seconds) throws Exception {
      var parts = perSecond * seconds;
      var before = chats.stream().map(each -> each.all().stream().map(Recording::size).toList());
      var from = before.toList();
      var task = "stream " + parts + " " + 1_000_000 / perSecond;
      var watch = MachineLoad.watch(cluster.processes());
      begin(task, Duration.ofSeconds(seconds).dividedBy(BEGINNINGS));
      Thread.sleep(seconds * 800L);
      var load = watch.load();
      for (var i = 0; i < chats.size(); i++) {
        var viewers = chats.get(i).all();
        for (var k = 0; k < viewers.size(); k++) {
          var viewer = viewers.get(k);
          var had = from.get(i).get(k);
          Wait.until(
              "the end of a turn",
              Duration.ofSeconds(seconds).plus(SLACK),
              () -> viewer.size() > had && viewer.endsWith(WAITING));
        }
      }
      return compare(from, parts, load);
    }

    private void begin(String task, Duration within) throws Exception {
      var begun = System.nanoTime();
      var after =
          new SplittableRandom().longs(chats.size(), 0, within.toNanos()).sorted().toArray();
      ChatdClient.many(
          chats.size(),
          i ->
              () -> {
                Thread.sleep(Duration.ofNanos(begun + after[i] - System.nanoTime()));
                cluster.replica(i).client().send(chats.get(i).chat, task);
                return i;
              });
    }

    private Round compare(List<List<Integer>> from, int parts, MachineLoad load) {
      var begin = Long.MIN_VALUE;
      var end = Long.MAX_VALUE;
      var faults = new ArrayList<String>();
      var overtaken = 0;
      var pairs = new ArrayList<Pair>();
      for (var i = 0; i < chats.size(); i++) {
        var watched = chats.get(i);
        var checks = new ArrayList<StreamCheck>();
        for (var k = 0; k < watched.all().size(); k++) {
          var received = watched.all().get(k).since(from.get(i).get(k));
          checks.add(StreamCheck.ofEnd(received, parts));
        }
        checks.forEach(check -> faults.addAll(check.faults()));
        overtaken += checks.stream().mapToInt(StreamCheck::overtaken).sum();
        var worker = StreamFacts.worker(watched.one.getFirst().since(from.get(i).getFirst()));
        var isOne = worker.orElseThrow().equals(cluster.replica(0).id());
        var count = watched.one.size();
        for (var k = 0; k < count; k++) {
          var one = checks.get(k).sightings();
          var other = checks.get(count + k).sightings();
          pairs.add(isOne ? new Pair(one, other) : new Pair(other, one));
          begin = Math.max(begin, one.getFirst().sent());
          end = Math.min(end, one.getLast().sent());
        }
      }
      return faults.isEmpty() ? timed(pairs, begin, end, overtaken, load) : broken(faults, load);
    }
  }

  /// What two viewers saw, part by part.
  private record Pair(List<Sighting> near, List<Sighting> far) {}

  /// Of the parts that were sent while all chats streamed.
  private static Round timed(
      List<Pair> pairs, long begin, long end, int overtaken, MachineLoad load) {
    var near = new ArrayList<Long>();
    var far = new ArrayList<Long>();
    var more = new ArrayList<Long>();
    for (var pair : pairs) {
      for (var i = 0; i < pair.near.size(); i++) {
        var here = pair.near.get(i);
        var there = pair.far.get(i);
        if (here.sent() >= begin && here.sent() <= end) {
          near.add(here.seen() - here.sent());
          far.add(there.seen() - there.sent());
          more.add(there.seen() - here.seen());
        }
      }
    }
    return new Round(
        Latencies.of(near), Latencies.of(far), Latencies.of(more), List.of(), overtaken, load);
  }

  /// Nothing can be compared where something is missing.
  private static Round broken(List<String> faults, MachineLoad load) {
    var never = Latencies.of(List.of(Long.MAX_VALUE));
    return new Round(never, never, never, faults, 0, load);
  }
}
