package chatd.bench;

import chatd.bench.StreamCheck.Sighting;
import chatd.bench.client.ChatdClient;
import chatd.bench.client.Handshake;
import chatd.bench.client.Recording;
import chatd.bench.client.SocketSwarm;
import chatd.bench.process.MachineLoad;
import chatd.bench.process.RunningProcess;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import tools.jackson.databind.json.JsonMapper;

/// Many chats at once, each with one viewer: what a part takes from the provider to the viewer,
/// alone and beside a bare pass-through.
final class StreamBenchmark implements Benchmark {
  private static final double P99_MILLIS_MAX = 50;
  private static final double TIMES_BARE_MAX = 3;
  private static final String WAITING = "\"status\":{\"status\":\"waiting\"";
  private static final Duration SLACK = Duration.ofSeconds(60);

  /// How much is streamed.
  ///
  /// @param pairs how often chatd and the pass-through take turns
  private record Size(int chats, int warmUpSeconds, int seconds, int pairSeconds, int pairs) {
    static final Size FULL = new Size(200, 10, 20, 10, 3);
    static final Size TINY = new Size(4, 1, 1, 1, 1);
  }

  /// One run of all chats.
  ///
  /// @param steady the parts that were sent while all chats streamed
  private record Round(
      Latencies all, Latencies steady, List<String> faults, int frames, MachineLoad load) {

    static Round of(List<List<Sighting>> chats, List<String> faults, int frames, MachineLoad load) {
      var begin = chats.stream().mapToLong(chat -> chat.getFirst().sent()).max().orElseThrow();
      var end = chats.stream().mapToLong(chat -> chat.getLast().sent()).min().orElseThrow();
      var all = new ArrayList<Long>();
      var steady = new ArrayList<Long>();
      for (var chat : chats) {
        for (var part : chat) {
          var took = part.seen() - part.sent();
          all.add(took);
          if (part.sent() >= begin && part.sent() <= end) {
            steady.add(took);
          }
        }
      }
      return new Round(Latencies.of(all), Latencies.of(steady), faults, frames, load);
    }
  }

  private record Rate(int perSecond, int seconds) {
    int parts() {
      return perSecond * seconds;
    }

    String task() {
      return "stream " + parts() + " " + 1_000_000 / perSecond;
    }
  }

  @Override
  public String name() {
    return "stream";
  }

  @Override
  public String about() {
    return "200 chats at 25 and at 50 parts/s with a viewer each, also beside a bare pass-through";
  }

  @Override
  public List<Finding> run(Ground ground, boolean tiny) throws Exception {
    var size = tiny ? Size.TINY : Size.FULL;
    try (var database = ground.createDatabase();
        var chatd = ground.serve(database.jdbcUrl(), "");
        var client = new ChatdClient(chatd.port(), Ground.TOKEN);
        var swarm = SocketSwarm.start()) {
      var chats = Ground.chats(client, size.chats);
      var viewers = new ArrayList<Recording>();
      for (var chat : chats) {
        var viewer = new Recording();
        swarm.open(
            new Handshake(chatd.port(), ChatdClient.streamPath(chat), Ground.TOKEN, 0), viewer);
        viewers.add(viewer);
      }
      var stage =
          new Stage(
              client,
              chats,
              viewers,
              Map.of("chatd", new long[] {chatd.pid()}, "PostgreSQL", ground.databaseProcesses()));
      stage.round(new Rate(25, size.warmUpSeconds));
      var findings = new ArrayList<>(alone(size, stage.round(new Rate(25, size.seconds))));
      findings.addAll(beside(ground, size, stage));
      return findings;
    }
  }

  private static List<Finding> alone(Size size, Round round) {
    var what = size.chats + " chats, 25 parts/s each, ";
    var how =
        "From the provider's write to the viewer's read, both in the load process, over %d s; steady: %s; with the start of the turns: %s; %d frames."
            .formatted(size.seconds, round.steady, round.all, round.frames);
    return List.of(
        exactness(what, round.faults),
        Finding.atMost(what + "p50", round.steady.median(), P99_MILLIS_MAX, "ms"),
        Finding.atMost(what + "p99", round.steady.percentile(99), P99_MILLIS_MAX, "ms")
            .how(how)
            .under(round.load),
        Finding.fact(what + "cores used", cores(round.load))
            .how("Processor seconds per second, from /proc, while all chats streamed."));
  }

  private static Finding exactness(String what, List<String> faults) {
    var how = "Every seq follows the last, and the committed text is what was streamed.";
    var first = faults.isEmpty() ? "" : " First of them: " + faults.getFirst() + ".";
    return Finding.exactly(what + "gaps and repeats", faults.size(), 0, "").how(how + first);
  }

  private static String cores(MachineLoad load) {
    var texts = new ArrayList<String>();
    load.cores()
        .forEach((name, used) -> texts.add(String.format(Locale.ROOT, "%s %.2f", name, used)));
    return String.join(", ", texts);
  }

  private static List<Finding> beside(Ground ground, Size size, Stage stage) throws Exception {
    var rate = new Rate(50, size.pairSeconds);
    var chatd = new ArrayList<Round>();
    var bare = new ArrayList<Round>();
    var port = RunningProcess.freePort();
    try (var passThrough =
        ground.program(
            PassThrough.class,
            port,
            Integer.toString(port),
            ground.provider().baseUrl().toString())) {
      bareRound(passThrough, size.chats, new Rate(50, size.warmUpSeconds));
      for (var i = 0; i < size.pairs; i++) {
        chatd.add(stage.round(rate));
        bare.add(bareRound(passThrough, size.chats, rate));
      }
    }
    var what = size.chats + " chats, 50 parts/s each, ";
    var ours = pooled(chatd);
    var theirs = pooled(bare);
    var times = ours.percentile(99) / theirs.percentile(99);
    var faults = chatd.stream().flatMap(round -> round.faults.stream()).toList();
    var how =
        "%d rounds of %d s each, taking turns; chatd: %s; pass-through: %s. Pass-through: %s; machine: %s."
            .formatted(
                size.pairs,
                size.pairSeconds,
                ours,
                theirs,
                cores(bare.getLast().load),
                bare.getLast().load);
    return List.of(
        exactness(what, faults),
        Finding.atMost(
                what + "p99 as a multiple of a bare pass-through", times, TIMES_BARE_MAX, "x")
            .how(how)
            .under(chatd.getLast().load));
  }

  private static Latencies pooled(List<Round> rounds) {
    return Latencies.pooled(rounds.stream().map(Round::steady).toList());
  }

  /// The chats of one chatd and their viewers.
  private record Stage(
      ChatdClient client,
      List<String> chats,
      List<Recording> viewers,
      Map<String, long[]> processes) {

    Round round(Rate rate) throws Exception {
      var before = viewers.stream().mapToInt(Recording::size).toArray();
      ChatdClient.many(
          chats.size(),
          i ->
              () -> {
                client.send(chats.get(i), rate.task());
                return i;
              });
      var load = watch(processes, rate);
      var patience = Duration.ofSeconds(rate.seconds()).plus(SLACK);
      for (var i = 0; i < viewers.size(); i++) {
        var viewer = viewers.get(i);
        var from = before[i];
        Wait.until(
            "the end of a turn", patience, () -> viewer.size() > from && viewer.endsWith(WAITING));
      }
      var checks = new ArrayList<StreamCheck>();
      for (var i = 0; i < viewers.size(); i++) {
        checks.add(StreamCheck.of(viewers.get(i).since(before[i]), rate.parts()));
      }
      return Round.of(
          checks.stream().map(StreamCheck::sightings).toList(),
          checks.stream().flatMap(check -> check.faults().stream()).toList(),
          checks.stream().mapToInt(StreamCheck::frames).sum(),
          load);
    }
  }

  private static Round bareRound(RunningProcess passThrough, int count, Rate rate)
      throws Exception {
    var path = "/stream?task=" + URLEncoder.encode(rate.task(), StandardCharsets.US_ASCII);
    var viewers = new ArrayList<Recording>();
    try (var swarm = SocketSwarm.start()) {
      for (var i = 0; i < count; i++) {
        viewers.add(new Recording());
      }
      ChatdClient.many(
          count,
          i -> () -> swarm.open(new Handshake(passThrough.port(), path, "", 0), viewers.get(i)));
      var load = watch(Map.of("pass-through", new long[] {passThrough.pid()}), rate);
      for (var viewer : viewers) {
        Wait.until(
            "the end of an answer",
            Duration.ofSeconds(rate.seconds()).plus(SLACK),
            () -> viewer.endsWith("[DONE]"));
      }
      return Round.of(
          viewers.stream().map(StreamBenchmark::bareSightings).toList(), List.of(), 0, load);
    }
  }

  private static List<Sighting> bareSightings(Recording viewer) {
    var json = JsonMapper.builder().build();
    var sightings = new ArrayList<Sighting>();
    for (var message : viewer.since(0)) {
      if (message.contains("\"content\"")) {
        var choice = json.readTree(message.text()).get("choices").get(0);
        var sent = Stamps.in(choice.get("delta").get("content").asString());
        sightings.add(new Sighting(sent.getFirst(), message.nanos()));
      }
    }
    return sightings;
  }

  /// Watches the processors during most of a round.
  private static MachineLoad watch(Map<String, long[]> processes, Rate rate)
      throws InterruptedException {
    var watch = MachineLoad.watch(processes);
    Thread.sleep(rate.seconds() * 800L);
    return watch.load();
  }
}
