package chatd.bench;

import chatd.bench.chaos.ChaosRun;
import chatd.bench.chaos.Place;
import chatd.bench.chaos.Violation;
import chatd.bench.chaos.Weather;
import chatd.bench.process.MachineLoad;
import chatd.server.postgres.embedded.TestPostgres.TestDatabase;
import chatd.server.postgres.embedded.TestServer;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// Whether everybody sees the same, and all of it, while replicas, networks and the database fail
/// at random.
final class ChaosBenchmark implements Benchmark {
  private static final double KILLED_SECONDS = 1;
  private static final double FROZEN_SECONDS = 11;
  private static final int VIEWERS = 2;
  private static final Duration TINY = Duration.ofSeconds(75);
  private static final int TINY_CHATS = 40;

  /// What is committed is with the system, so it outlives the server.
  private static final List<String> DATABASE =
      List.of("fsync=off", "full_page_writes=off", "max_connections=200");

  private static final Path VIOLATIONS = Path.of("target", "logs", "chaos-violations.txt");

  private final Wish wish;

  /// What the command line says about it.
  record Wish(Duration length, long seed, int replicas, int chats) {
    static final Wish NONE = new Wish(TINY, 1, 3, TINY_CHATS);

    Wish withSeed(long other) {
      return new Wish(length, other, replicas, chats);
    }
  }

  ChaosBenchmark(Wish wish) {
    this.wish = wish;
  }

  @Override
  public String name() {
    return "chaos";
  }

  @Override
  public String about() {
    return "deaths, freezes and broken networks at random under users; only if named";
  }

  @Override
  public boolean isOnlyIfNamed() {
    return true;
  }

  @Override
  public List<Finding> run(Ground ground, boolean tiny) throws Exception {
    var plan =
        new ChaosRun.Plan(
            wish.seed, tiny ? TINY : wish.length, tiny ? TINY_CHATS : wish.chats, VIEWERS);
    var run = new ChaosRun(plan, ChaosBenchmark::tell);
    var places = new ArrayList<Place>();
    var atExit = new Thread(ChaosBenchmark::endReplicas);
    Runtime.getRuntime().addShutdownHook(atExit);
    try (var postgres = TestServer.start(DATABASE);
        var database = postgres.createDatabase()) {
      ground.provider().otherwise(run.model()::answer);
      var watch = MachineLoad.watch(Map.of());
      try {
        for (var i = 0; i < wish.replicas; i++) {
          places.add(place(ground, i, database));
        }
        return findings(run.run(places, weatherOf(postgres), Ground.TOKEN), watch.load());
      } finally {
        for (var place : places) {
          place.close();
        }
      }
    } finally {
      ground.provider().otherwise(Ground::script);
      Runtime.getRuntime().removeShutdownHook(atExit);
    }
  }

  private static void tell(String progress) {
    System.err.println("bench: chaos: " + progress);
  }

  /// A replica that stands still does not hear that it should end.
  private static void endReplicas() {
    ProcessHandle.current()
        .children()
        .filter(child -> child.info().commandLine().orElse("").contains(" serve "))
        .forEach(ProcessHandle::destroyForcibly);
  }

  private static Place place(Ground ground, int number, TestDatabase database) {
    var folder = ground.newFolder();
    var at = URI.create(database.jdbcUrl().substring("jdbc:".length())).getPort();
    return new Place(
        number,
        place ->
            ground.serve(
                folder,
                "",
                "--database-url",
                database.jdbcUrl().replace(":" + at + "/", ":" + place.databasePort() + "/"),
                "--openai-base-url",
                "http://127.0.0.1:" + place.providerPort() + "/v1",
                "--relay-url",
                place.linkAddress(),
                "--silence-timeout",
                "8s",
                "--client-tool-timeout",
                "30s",
                "--max-requests-per-user",
                "2000",
                "--stall-timeout",
                "60s"),
        at,
        ground.provider().baseUrl().getPort());
  }

  private static Weather.Database weatherOf(TestServer postgres) {
    return new Weather.Database() {
      @Override
      public void restart() {
        postgres.stop();
        postgres.startAgain();
      }

      @Override
      public void crash() {
        postgres.crash();
      }
    };
  }

  private List<Finding> findings(ChaosRun.Outcome outcome, MachineLoad load) throws IOException {
    var violations = outcome.violations();
    Files.createDirectories(VIOLATIONS.getParent());
    Files.writeString(VIOLATIONS, violations.text());
    var findings = new ArrayList<Finding>();
    for (var kind : Violation.Kind.values()) {
      findings.add(
          Finding.promise("chaos, " + kind, violations.count(kind))
              .because("each is in bench/" + VIOLATIONS + ", with what was seen before."));
    }
    findings.add(
        Finding.fact("chaos, faults", sum(outcome.faults()))
            .how("Seed %d: %s.".formatted(wish.seed, text(outcome.faults()))));
    findings.add(
        Finding.fact("chaos, requests to the provider", "%,d".formatted(outcome.exchanges()))
            .how(
                "Requests of users by status, 0 for none: %s. Chats in which nobody knows whether an edit took place: %d."
                    .formatted(outcome.requests(), outcome.loose())));
    findings.add(
        Finding.fact("chaos, parts delivered", "%,d".formatted(outcome.parts()))
            .how("In %,d frames.".formatted(outcome.frames())));
    findings.add(
        Finding.fact(
            "chaos, reconnects", "%,d".formatted(outcome.connections() - outcome.viewers())));
    findings.add(
        Finding.fact(
            "chaos, the last chat at rest after healing",
            "%.1f s".formatted(outcome.slowestRest().toMillis() / 1e3)));
    findings.addAll(
        takeovers("kill", outcome.killedAlone(), outcome.killed(), KILLED_SECONDS, load));
    findings.addAll(
        takeovers("freeze", outcome.frozenAlone(), outcome.frozen(), FROZEN_SECONDS, load));
    return findings;
  }

  /// Deaths that came alone are held to the promise; what else was broken meanwhile prolongs
  /// others.
  private static List<Finding> takeovers(
      String what, List<Long> alone, List<Long> all, double seconds, MachineLoad load) {
    if (alone.isEmpty()) {
      return List.of(Finding.fact("chaos, takeovers after a " + what, text(all)));
    }
    return List.of(
        Finding.atMost(
                "chaos, %s to the next part, median".formatted(what),
                Latencies.of(alone).median() / 1e3,
                seconds,
                "s")
            .how(
                "When nothing else was broken: %s. All: %s. Machine: %s."
                    .formatted(text(alone), text(all), load)),
        Finding.fact(
            "chaos, %s to the next part, worst".formatted(what),
            String.format(Locale.ROOT, "%.2f s", Latencies.of(alone).percentile(100) / 1e3)));
  }

  private static String text(List<Long> nanos) {
    return nanos.isEmpty() ? "none" : Latencies.of(nanos).toString();
  }

  private static String sum(Map<String, Integer> counts) {
    return "%d".formatted(counts.values().stream().mapToInt(Integer::intValue).sum());
  }

  private static String text(Map<String, Integer> counts) {
    return counts.toString().replaceAll("[{}]", "").replace('=', ' ');
  }
}
