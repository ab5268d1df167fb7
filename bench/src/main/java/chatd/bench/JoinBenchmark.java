package chatd.bench;

import chatd.bench.client.ChatdClient;
import chatd.bench.client.Handshake;
import chatd.bench.client.Recording;
import chatd.bench.client.SocketSwarm;
import chatd.bench.process.MachineLoad;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// How long it takes to join a chat in the middle of a long answer.
final class JoinBenchmark implements Benchmark {
  private static final int PARTS = 10_000;
  private static final int PART_CHARACTERS = 5;
  private static final double TIMES_EMPTY_MAX = 3;
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final String LAST_PART = "\"seq\":" + PARTS + ",";
  private static final String LAST_PART_AT_THE_END = "\"seq\":" + PARTS + "}";
  private static final String END_OF_SYNC = "\"type\":\"preview_reset\"";
  private static final String PART = "\"type\":\"message_part\"";

  private record Size(int warmUp, int joins) {
    static final Size FULL = new Size(100, 200);
    static final Size TINY = new Size(2, 5);
  }

  private record Join(long nanos, int frames) {}

  private record Place(SocketSwarm swarm, Handshake handshake) {}

  @Override
  public String name() {
    return "join";
  }

  @Override
  public String about() {
    return "late join into 10,000 parts of one text block, beside an empty chat";
  }

  @Override
  public List<Finding> run(Ground ground, boolean tiny) throws Exception {
    var size = tiny ? Size.TINY : Size.FULL;
    try (var database = ground.createDatabase();
        var chatd = ground.serve(database.jdbcUrl(), "");
        var client = new ChatdClient(chatd.port(), Ground.TOKEN);
        var swarm = SocketSwarm.start()) {
      var empty = place(swarm, chatd.port(), Ground.chats(client, 1).getFirst());
      var chat = client.create("hold " + PARTS + " " + PART_CHARACTERS);
      var full = place(swarm, chatd.port(), chat);
      var first = new Recording();
      try (var _ = swarm.open(full.handshake, first)) {
        Wait.until(
            "all parts", PATIENCE, () -> first.last().stream().anyMatch(JoinBenchmark::isAll));
      }
      var late = new ArrayList<Join>();
      var early = new ArrayList<Join>();
      var watch = MachineLoad.watch(Map.of("chatd", new long[] {chatd.pid()}));
      for (var i = -size.warmUp; i < size.joins; i++) {
        var one = join(full, JoinBenchmark::isAll);
        var other = join(empty, message -> message.contains(END_OF_SYNC));
        if (i >= 0) {
          late.add(one);
          early.add(other);
        }
      }
      var load = watch.load();
      client.interrupt(chat);
      return findings(late, early, load);
    }
  }

  private static Place place(SocketSwarm swarm, int port, String chat) {
    return new Place(swarm, new Handshake(port, ChatdClient.streamPath(chat), Ground.TOKEN, 0));
  }

  private static boolean isAll(Recording.Received message) {
    return message.contains(LAST_PART) || message.contains(LAST_PART_AT_THE_END);
  }

  private interface End {
    boolean isIn(Recording.Received message);
  }

  private static Join join(Place place, End end) throws Exception {
    var viewer = new Recording();
    var begun = System.nanoTime();
    try (var _ = place.swarm.open(place.handshake, viewer)) {
      Wait.until("the end of a join", PATIENCE, () -> viewer.last().stream().anyMatch(end::isIn));
      var received = viewer.since(0);
      return new Join(
          received.getLast().nanos() - begun,
          received.stream().mapToInt(JoinBenchmark::frames).sum());
    }
  }

  /// How many frames of parts are in a message.
  private static int frames(Recording.Received message) {
    return new String(message.text(), StandardCharsets.US_ASCII).split(PART, -1).length - 1;
  }

  private static List<Finding> findings(List<Join> late, List<Join> early, MachineLoad load) {
    var ours = Latencies.of(late.stream().map(Join::nanos).toList());
    var empty = Latencies.of(early.stream().map(Join::nanos).toList());
    var frames = late.stream().mapToInt(Join::frames).max().orElseThrow();
    return List.of(
        Finding.exactly("late join into 10,000 parts, frames", frames, 1, ""),
        Finding.atMost(
                "late join as a multiple of an empty chat, median",
                ours.median() / empty.median(),
                TIMES_EMPTY_MAX,
                "x")
            .how(
                "From the connect to the last part or, in a chat of one short message, the end of the first sync; taking turns. Late: %s; empty: %s."
                    .formatted(ours, empty))
            .under(load));
  }
}
