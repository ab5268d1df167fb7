package chatd.bench;

import chatd.bench.Cluster.Replica;
import chatd.bench.client.ChatdClient;
import chatd.bench.client.Recording;
import chatd.bench.database.Census;
import chatd.bench.database.StatementTap;
import chatd.bench.database.StatementTap.Heard;
import chatd.bench.link.LinkCount;
import chatd.bench.link.LinkTap;
import chatd.bench.process.MachineLoad;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/// What many viewers of one chat on another replica cost the link and the database.
final class FanOutBenchmark implements Benchmark {
  private static final String WAITING = "\"status\":{\"status\":\"waiting\"";
  private static final Duration PATIENCE = Duration.ofSeconds(90);
  private static final Duration SETTLE = Duration.ofSeconds(2);
  private static final Duration BETWEEN_CHANGES = Duration.ofMillis(300);
  private static final int PER_SECOND = 10;
  private static final int TRIES = 3;

  /// Parts that come while the link is written to go out together, in either run.
  private static final double CHANCE = 1.05;

  private record Size(int viewers, int parts, int idleSeconds, int changes) {
    static final Size FULL = new Size(1_000, 150, 65, 50);
    static final Size TINY = new Size(20, 10, 2, 5);
  }

  /// The replica that works, the one that is watched, and what is between them and behind them.
  private record Stage(
      Cluster cluster, Replica worker, Replica watched, LinkTap link, StatementTap statements) {}

  /// What one turn brought over the link, and what was wrong with what the viewers got.
  private record Turn(LinkCount link, List<String> faults, MachineLoad load) {}

  @Override
  public String name() {
    return "fanout";
  }

  @Override
  public String about() {
    return "1,000 viewers of one chat on another replica: the link and the database";
  }

  @Override
  public List<Finding> run(Ground ground, boolean tiny) throws Exception {
    var size = tiny ? Size.TINY : Size.FULL;
    try (var database = ground.createDatabase();
        var link = LinkTap.start();
        var statements = StatementTap.before(database.jdbcUrl());
        var cluster = new Cluster(ground)) {
      var worker = cluster.add(database.jdbcUrl(), "--relay-url", link.url());
      link.leadTo(worker.process().port());
      var watched = cluster.add(statements.through(database.jdbcUrl()));
      var stage = new Stage(cluster, worker, watched, link, statements);
      // A chat of its own for each, with the same history: numbers on the link have equal lengths.
      var chats = Ground.chats(worker.client(), 3);
      turn(stage, chats.get(0), crowd(stage, chats.get(0), 1), size.parts); // Opens the link.
      var one = turn(stage, chats.get(1), crowd(stage, chats.get(1), 1), size.parts);
      var crowd = crowd(stage, chats.get(2), size.viewers);
      var many = turn(stage, chats.get(2), crowd, size.parts);
      var findings = new ArrayList<>(onTheLink(size, one, many));
      findings.add(reads(stage, chats.get(2), size, crowd));
      return findings;
    }
  }

  private static List<Recording> crowd(Stage stage, String chat, int count) throws Exception {
    var viewers = ChatdClient.many(count, _ -> () -> stage.cluster.watch(stage.watched, chat));
    for (var viewer : viewers) {
      Wait.until("the first sync", PATIENCE, () -> viewer.size() > 0);
    }
    return viewers;
  }

  /// One answer of the worker. Now and then the other one is quicker to take it; then the next one
  /// counts.
  private static Turn turn(Stage stage, String chat, List<Recording> viewers, int parts)
      throws Exception {
    for (var i = 0; i < TRIES; i++) {
      var from = viewers.getFirst().size();
      var turn = anyTurn(stage, chat, viewers, parts);
      var worker = StreamFacts.worker(viewers.getFirst().since(from)).orElseThrow();
      if (worker.equals(stage.worker.id())) {
        return turn;
      }
    }
    throw new IllegalStateException("every turn runs where it is watched");
  }

  /// One answer. The link is looked at a while before and after it.
  private static Turn anyTurn(Stage stage, String chat, List<Recording> viewers, int parts)
      throws Exception {
    Thread.sleep(SETTLE);
    var before = stage.link.count();
    var from = viewers.stream().map(viewer -> viewer.size()).toList();
    var watch = MachineLoad.watch(stage.cluster.processes());
    stage.worker.client().send(chat, "stream " + parts + " " + 1_000_000 / PER_SECOND);
    for (var i = 0; i < viewers.size(); i++) {
      var viewer = viewers.get(i);
      var had = from.get(i);
      Wait.until(
          "the end of a turn", PATIENCE, () -> viewer.size() > had && viewer.endsWith(WAITING));
    }
    var load = watch.load();
    Thread.sleep(SETTLE);
    var count = stage.link.count().since(before);
    var faults = new ArrayList<String>();
    for (var i = 0; i < viewers.size(); i++) {
      var received = viewers.get(i).since(from.get(i));
      faults.addAll(StreamCheck.of(received, parts).faults());
    }
    return new Turn(count, faults, load);
  }

  private static List<Finding> onTheLink(Size size, Turn one, Turn many) {
    var what = String.format(Locale.ROOT, "%,d viewers elsewhere, ", size.viewers);
    var how =
        "An answer of %d parts at %d/s, watched on the other replica by one viewer and then, in another chat, by %d. A proxy between the two reads the link in both directions; pings are not counted, and 5 %% are allowed for parts that go out together by chance. With one viewer: %d frames, %d bytes; with %d: %d frames, %d bytes."
            .formatted(
                size.parts,
                PER_SECOND,
                size.viewers,
                one.link.frames(),
                one.link.bytes(),
                size.viewers,
                many.link.frames(),
                many.link.bytes());
    var faults = new ArrayList<>(one.faults);
    faults.addAll(many.faults);
    return List.of(
        Finding.exactly(what + "gaps and repeats", faults.size(), 0, "")
            .how(faults.isEmpty() ? "" : "First of them: " + faults.getFirst() + "."),
        Finding.atMost(
                what + "frames on the link beside one viewer's",
                (double) many.link.frames(),
                one.link.frames() * CHANCE,
                "")
            .how(how)
            .under(many.load),
        Finding.atMost(
                what + "bytes on the link beside one viewer's",
                (double) many.link.bytes(),
                one.link.bytes() * CHANCE,
                "")
            .under(many.load));
  }

  /// What the database is asked by the watched replica when a chat changes that works elsewhere.
  private static Finding reads(Stage stage, String chat, Size size, List<Recording> viewers)
      throws Exception {
    stage.worker.client().send(chat, "hold 3 5");
    Thread.sleep(SETTLE);
    var idleFrom = stage.statements.count();
    Thread.sleep(Duration.ofSeconds(size.idleSeconds));
    var from = stage.statements.count();
    var begun = System.nanoTime();
    for (var i = 0; i < size.changes; i++) {
      stage.worker.client().rename(chat, "Title " + i);
      Thread.sleep(BETWEEN_CHANGES);
    }
    var seconds = (System.nanoTime() - begun) / 1e9;
    var idle = census(stage.statements.between(idleFrom, from));
    var counted = census(stage.statements.between(from, stage.statements.count()));
    var caused = Census.caused(counted, idle, seconds / size.idleSeconds);
    requireOpen(viewers);
    stage.worker.client().interrupt(chat);
    return Finding.atMost(
            String.format(
                Locale.ROOT, "%,d viewers elsewhere, database reads per change", size.viewers),
            Census.sum(caused) / size.changes,
            1,
            "")
        .how(
            "%d changes of the title while a turn runs at the other replica; heard between the watched replica and the database, without begin and end of transactions and what it sends in as much time when nothing changes.%s"
                .formatted(size.changes, list(caused)));
  }

  private static Map<String, Long> census(List<Heard> heard) {
    return Census.of(heard.stream().map(Heard::sql).toList());
  }

  private static String list(Map<String, Double> caused) {
    return caused.entrySet().stream()
        .map(entry ->
            String.format(
                Locale.ROOT,
                "\n  - %.0f `%s ...`",
                entry.getValue(),
                entry.getKey().substring(0, Math.min(110, entry.getKey().length()))))
        .collect(Collectors.joining());
  }

  private static void requireOpen(List<Recording> viewers) {
    if (viewers.stream().anyMatch(viewer -> viewer.closeCode() != 0)) {
      throw new IllegalStateException("viewers were closed meanwhile");
    }
  }
}
