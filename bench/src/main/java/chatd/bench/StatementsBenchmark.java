package chatd.bench;

import chatd.bench.client.ChatdClient;
import chatd.bench.client.Handshake;
import chatd.bench.client.Recording;
import chatd.bench.client.SocketSwarm;
import chatd.bench.database.Census;
import chatd.bench.database.StatementStatistics;
import chatd.bench.database.StatementTap;
import chatd.bench.database.StatementTap.Heard;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/// How many database statements a turn takes, and whether parts take any.
final class StatementsBenchmark implements Benchmark {
  private static final double PER_TURN_MAX = 14;
  private static final String WAITING = "\"status\":{\"status\":\"waiting\"";
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final Duration SETTLE = Duration.ofMillis(200);
  private static final String WHY_MISSED =
      "a turn takes 14; one more when its session was not read in the last 2 s, and one more when"
          + " the hints of the message and of its new owner are more than 10 ms apart.";
  private static final int SHOWN_MAX = 110;

  /// @param parts of the long answer, at 25 parts/s
  private record Size(int turns, int idleSeconds, int parts) {
    static final Size FULL = new Size(30, 65, 800);
    static final Size TINY = new Size(3, 2, 20);
  }

  /// What happened in some time, as seen from both ends of the connection.
  private record Seen(Map<String, Long> sent, Map<String, Long> executed, double seconds) {}

  @Override
  public String name() {
    return "statements";
  }

  @Override
  public String about() {
    return "database statements of a simple turn, and while parts stream";
  }

  @Override
  public List<Finding> run(Ground ground, boolean tiny) throws Exception {
    var size = tiny ? Size.TINY : Size.FULL;
    try (var database = ground.createDatabase();
        var tap = StatementTap.before(database.jdbcUrl());
        var statistics = StatementStatistics.of(database.jdbcUrl());
        var chatd = ground.serve(tap.through(database.jdbcUrl()), "");
        var client = new ChatdClient(chatd.port(), Ground.TOKEN);
        var swarm = SocketSwarm.start()) {
      var chat = Ground.chats(client, 1).getFirst();
      var viewer = new Recording();
      swarm.open(
          new Handshake(chatd.port(), ChatdClient.streamPath(chat), Ground.TOKEN, 0), viewer);
      turn(client, chat, viewer, "Hello again"); // The second message; the rest are like it.
      var clock = new Clock(tap, statistics);
      clock.lap();
      Thread.sleep(Duration.ofSeconds(size.idleSeconds));
      var idle = clock.lap();
      for (var i = 0; i < size.turns; i++) {
        turn(client, chat, viewer, "Hello again");
      }
      var turns = clock.lap();
      var begun = System.nanoTime();
      var from = tap.count();
      turn(client, chat, viewer, "Hello again");
      var example = example(begun, tap.between(from, tap.count()));
      clock.lap();
      var streaming = streaming(clock, client, chat, viewer, size);
      return findings(size, idle, turns, streaming, example);
    }
  }

  /// What happens between the first parts of a long answer and its last ones.
  private static Seen streaming(
      Clock clock, ChatdClient client, String chat, Recording viewer, Size size) throws Exception {
    var before = viewer.size();
    client.send(chat, "stream " + size.parts + " 40000");
    Wait.until("the first parts", PATIENCE, () -> viewer.size() >= before + 5);
    Thread.sleep(SETTLE);
    clock.lap();
    var from = viewer.size();
    Wait.until("most parts", PATIENCE, () -> viewer.size() >= from + size.parts / 4);
    var seen = clock.lap();
    Wait.until("the end of a turn", PATIENCE, () -> viewer.endsWith(WAITING));
    return seen;
  }

  private static void turn(ChatdClient client, String chat, Recording viewer, String text)
      throws Exception {
    var before = viewer.size();
    client.send(chat, text);
    Wait.until(
        "the end of a turn", PATIENCE, () -> viewer.size() > before && viewer.endsWith(WAITING));
    Thread.sleep(SETTLE); // What the turn still causes afterwards counts too.
  }

  private static List<Finding> findings(
      Size size, Seen idle, Seen turns, Seen streaming, String example) {
    var sent = Census.caused(turns.sent, idle.sent, turns.seconds / idle.seconds);
    var executed = Census.caused(turns.executed, idle.executed, turns.seconds / idle.seconds);
    var whileStreaming = Census.caused(streaming.sent, idle.sent, streaming.seconds / idle.seconds);
    return List.of(
        Finding.atMost(
                "statements per turn, as sent", Census.sum(sent) / size.turns, PER_TURN_MAX, "")
            .how(
                "Heard between driver and database over %d turns of one chat with one viewer, each from the request to %d ms after `waiting`, without begin and end of transactions, without what an idle chatd sends in the same time, and without the pool's %.1f empty statements per turn.%s"
                    .formatted(
                        size.turns,
                        SETTLE.toMillis(),
                        (double) turns.sent.getOrDefault(Census.CONNECTION_CHECK, 0L) / size.turns,
                        list(sent, size.turns)))
            .because(WHY_MISSED),
        Finding.atMost(
                "statements per turn, as executed",
                Census.sum(executed) / size.turns,
                PER_TURN_MAX,
                "")
            .how("The same turns, counted by pg_stat_statements.")
            .because(WHY_MISSED),
        Finding.atMost("statements while parts stream", Census.sum(whileStreaming), 0, "")
            .how(
                "Heard during %d parts, %.0f s, without polls.%s"
                    .formatted(size.parts / 4, streaming.seconds, list(whileStreaming, 1))),
        Finding.fact("one turn as sent", "")
            .how("In order, polls included, with milliseconds since the request." + example),
        Finding.fact(
                "statements per second when idle",
                String.format(
                    Locale.ROOT,
                    "%.1f",
                    idle.sent.values().stream().mapToLong(Long::longValue).sum() / idle.seconds))
            .how("With one viewer, begin and end of transactions included."));
  }

  /// All statements of one turn.
  private static String example(long begun, List<Heard> turn) {
    return turn.stream()
        .filter(heard -> !Census.isTransaction(heard.sql()) && !heard.sql().isEmpty())
        .map(heard ->
            String.format(
                Locale.ROOT,
                "\n  - %.1f `%s`",
                (heard.nanos() - begun) / 1e6,
                shortened(heard.sql())))
        .collect(Collectors.joining());
  }

  /// The statements, the most frequent first.
  private static String list(Map<String, Double> caused, int turns) {
    var lines = new ArrayList<String>();
    caused.entrySet().stream()
        .sorted(Map.Entry.comparingByValue(Comparator.reverseOrder()))
        .forEach(entry ->
            lines.add(
                String.format(
                    Locale.ROOT,
                    "\n  - %.2f `%s`",
                    entry.getValue() / turns,
                    shortened(entry.getKey()))));
    return String.join("", lines);
  }

  private static String shortened(String sql) {
    return sql.length() <= SHOWN_MAX ? sql : sql.substring(0, SHOWN_MAX) + " ...";
  }

  /// Tells what happened since it was asked last.
  private static final class Clock {
    private final StatementTap tap;
    private final StatementStatistics statistics;
    private int sentBefore;
    private Map<String, Long> executedBefore = Map.of();
    private long begun = System.nanoTime();

    Clock(StatementTap tap, StatementStatistics statistics) {
      this.tap = tap;
      this.statistics = statistics;
    }

    Seen lap() throws Exception {
      var sent = tap.count();
      var executed = statistics.calls();
      var now = System.nanoTime();
      var seen =
          new Seen(
              Census.of(tap.between(sentBefore, sent).stream().map(Heard::sql).toList()),
              Census.difference(executedBefore, executed),
              (now - begun) / 1e9);
      sentBefore = sent;
      executedBefore = executed;
      begun = now;
      return seen;
    }
  }
}
