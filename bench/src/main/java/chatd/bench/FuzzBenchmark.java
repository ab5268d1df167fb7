package chatd.bench;

import chatd.bench.fuzz.FuzzModel;
import chatd.bench.fuzz.FuzzRun;
import chatd.bench.process.MachineLoad;
import chatd.bench.user.Deployment;
import chatd.server.postgres.embedded.TestPostgres.TestDatabase;
import java.io.IOException;
import java.nio.file.Files;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// Whether anything that strangers and users may send breaks something, or loses something.
final class FuzzBenchmark implements Benchmark {
  private static final int REPLICAS = 3;
  private static final int CONNECTIONS_EACH = 22;
  private static final double PROBE_MILLIS = 250;
  private static final double PROBE_MILLIS_MAX = 5_000;
  private static final Duration TINY = Duration.ofSeconds(15);
  private static final int TINY_CROWD = 30;
  private static final int CROWD = 240;

  /// After this long nothing of what was attacked is left: idle connections are closed after 30 s,
  /// stalled viewers after 60 s, what was answered is kept for up to another minute.
  private static final Duration REST = Duration.ofSeconds(130);

  private static final Duration LOOK = Duration.ofSeconds(5);

  /// What a replica may have more of when everything is over, beside its caches with a budget: what
  /// libraries keep, such as pooled buffers and classes they have made.
  private static final long HEAP_KIB_MORE = 8 * 1024;

  /// The threads of the HTTP server, which may be 28 more and go one by one, and some others.
  private static final long THREADS_MORE = 36;

  private static final long FILES_MORE = 40;

  private final Wish wish;

  /// What the command line says about it.
  ///
  /// @param perSecond how many steps all attacks make together
  record Wish(Duration length, long seed, int perSecond) {
    static final Wish NONE = new Wish(TINY, 1, 120);
  }

  FuzzBenchmark(Wish wish) {
    this.wish = wish;
  }

  @Override
  public String name() {
    return "fuzz";
  }

  @Override
  public String about() {
    return "hostile and random requests to three replicas; only if named";
  }

  @Override
  public boolean isOnlyIfNamed() {
    return true;
  }

  @Override
  public List<Finding> run(Ground ground, boolean tiny) throws Exception {
    var model = new FuzzModel();
    try (var database = ground.createDatabase();
        var cluster = new Cluster(ground)) {
      ground.provider().otherwise(model::answer);
      for (var i = 0; i < REPLICAS; i++) {
        cluster.add(database.jdbcUrl(), "--stall-timeout", "60s", "--max-streams-per-user", "100");
      }
      warmUp(cluster);
      var before = Vitals.of(cluster.replicas(), database);
      var watch = MachineLoad.watch(cluster.processes());
      var outcome = new FuzzRun(deployment(cluster), plan(tiny), FuzzBenchmark::tell).run();
      var load = watch.load();
      var after = rested(cluster, database, before, tiny);
      var findings = new ArrayList<>(ofAnswers(outcome, load));
      findings.addAll(ofProcesses(cluster, before, after));
      return findings;
    } finally {
      ground.provider().otherwise(Ground::script);
    }
  }

  private static void tell(String progress) {
    System.err.println("bench: fuzz: " + progress);
  }

  private FuzzRun.Plan plan(boolean tiny) {
    return new FuzzRun.Plan(
        wish.seed, tiny ? TINY : wish.length, wish.perSecond, tiny ? TINY_CROWD : CROWD);
  }

  private static Deployment deployment(Cluster cluster) {
    var ports = cluster.replicas().stream().map(replica -> replica.process().port()).toList();
    return new Deployment(ports, Ground.TOKEN);
  }

  /// So that what every replica has sooner or later is there before it is counted.
  private static void warmUp(Cluster cluster) throws Exception {
    for (var replica : cluster.replicas()) {
      Ground.chats(replica.client(), 20);
    }
  }

  /// What is held when everything that ends by itself has ended.
  private static Vitals rested(Cluster cluster, TestDatabase database, Vitals before, boolean tiny)
      throws IOException, InterruptedException, SQLException {
    var end = System.nanoTime() + (tiny ? LOOK : REST).toNanos();
    var now = Vitals.of(cluster.replicas(), database);
    while (!isLike(before, now) && System.nanoTime() < end) {
      Thread.sleep(LOOK);
      now = Vitals.of(cluster.replicas(), database);
    }
    return now;
  }

  private static boolean isLike(Vitals before, Vitals now) {
    return now.heapKib() <= before.heapKib() + HEAP_KIB_MORE
        && now.threads() <= before.threads() + THREADS_MORE
        && now.openFiles() <= before.openFiles() + FILES_MORE;
  }

  private List<Finding> ofAnswers(FuzzRun.Outcome outcome, MachineLoad load) throws IOException {
    var faults = outcome.faults();
    if (faults.count() > 0) {
      var file =
          Files.createDirectories(java.nio.file.Path.of("target", "logs"))
              .resolve("fuzz-faults.txt");
      Files.writeString(file, faults.text());
      System.err.println(faults.text());
    }
    var latencies = Latencies.of(outcome.nanos());
    return List.of(
        Finding.exactly("fuzzing, faults", faults.count(), 0, "")
            .how(
                "%d steps, seed %d. Answers by attack and status or close code: %s."
                    .formatted(outcome.steps(), wish.seed, outcome.tally()))
            .because("each is in target/logs/fuzz-faults.txt, with what repeats it."),
        Finding.atMost(
                "fuzzing, an ordinary request, p99", latencies.percentile(99), PROBE_MILLIS, "ms")
            .how("%s.".formatted(latencies))
            .under(load),
        Finding.atMost(
                "fuzzing, an ordinary request, longest",
                latencies.percentile(100),
                PROBE_MILLIS_MAX,
                "ms")
            .under(load),
        Finding.fact(
                "fuzzing, slow connections that were closed", "%d".formatted(outcome.slowEnded()))
            .how(
                "The longest of each kind lived so many seconds: %s."
                    .formatted(outcome.slowSeconds())));
  }

  private static List<Finding> ofProcesses(Cluster cluster, Vitals before, Vitals after)
      throws IOException {
    var alarms = new ArrayList<String>();
    var alive = 0;
    for (var replica : cluster.replicas()) {
      alive += replica.process().isAlive() ? 1 : 0;
      try (var lines = Files.lines(replica.process().log())) {
        alarms.addAll(Alarms.of(lines));
      }
    }
    return List.of(
        Finding.exactly("fuzzing, replicas that live", alive, REPLICAS, ""),
        Finding.exactly("fuzzing, alarming lines in their logs", alarms.size(), 0, "")
            .because(alarms.isEmpty() ? "" : "the first is " + alarms.getFirst()),
        Finding.atMost(
            "fuzzing, live heap of a replica beyond its budgets",
            after.heapKib() / 1024.0,
            (before.heapKib() + HEAP_KIB_MORE) / 1024.0,
            "MiB"),
        atMost(
            "fuzzing, threads, virtual ones included",
            after.threads(),
            before.threads() + THREADS_MORE),
        atMost("fuzzing, open files", after.openFiles(), before.openFiles() + FILES_MORE),
        atMost(
                "fuzzing, connections to the database",
                after.connections(),
                REPLICAS * CONNECTIONS_EACH)
            .how("Before: %s.".formatted(before)));
  }

  private static Finding atMost(String what, long measured, long limit) {
    return Finding.atMost(what, (double) measured, (double) limit, "");
  }
}
