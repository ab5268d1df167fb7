package chatd.bench;

import chatd.bench.client.ChatdClient;
import chatd.bench.client.Handshake;
import chatd.bench.client.Recording;
import chatd.bench.client.SocketSwarm;
import chatd.bench.client.StalledClient;
import chatd.bench.process.DiagnosticCommand;
import chatd.bench.process.MachineLoad;
import chatd.bench.process.ProcessTimes;
import chatd.bench.process.RunningProcess;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/// What viewers that read nothing cost: threads, and the time of others.
final class StalledBenchmark implements Benchmark {
  /// A pool may have grown or shrunk by a few threads between two looks.
  private static final int THREADS_TOLERANCE = 4;

  /// Two runs of the same load differ by as much.
  private static final double NOISE = 1.5;

  private static final double NOISE_MILLIS = 1;
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final Duration SETTLE = Duration.ofSeconds(3);

  /// @param each how many viewers stall on each kind of stream
  /// @param partMicros between two parts
  private record Size(int each, int seconds, int partMicros, int fillParts) {
    static final Size FULL = new Size(500, 15, 10_000, 64);
    static final Size TINY = new Size(5, 1, 10_000, 64);
  }

  /// How it is at one time.
  private record State(
      int platformThreads, long allThreads, Latencies latencies, MachineLoad load) {}

  @Override
  public String name() {
    return "stalled";
  }

  @Override
  public String about() {
    return "500 stalled viewers of each kind: threads, and the latency of others";
  }

  @Override
  public List<Finding> run(Ground ground, boolean tiny) throws Exception {
    var size = tiny ? Size.TINY : Size.FULL;
    try (var database = ground.createDatabase();
        var chatd = ground.serve(database.jdbcUrl(), "");
        var client = new ChatdClient(chatd.port(), Ground.TOKEN);
        var swarm = SocketSwarm.start()) {
      var chats = Ground.chats(client, 2);
      client.send(chats.getFirst(), "fill " + size.fillParts + " 16384");
      Ground.awaitStatus(client, chats.getFirst(), "waiting");
      var viewers = new ArrayList<Recording>();
      for (var chat : chats) {
        client.send(chat, "stream 1000000 " + size.partMicros);
        var viewer = new Recording();
        swarm.open(
            new Handshake(chatd.port(), ChatdClient.streamPath(chat), Ground.TOKEN, 0), viewer);
        viewers.add(viewer);
      }
      // Warms up. Opening so many streams at once takes threads for a while, stalled or not.
      close(stall(chatd, ChatdClient.streamPath(chats.getFirst()), size.each));
      observe(chatd, viewers, size.seconds);
      var before = observe(chatd, viewers, size.seconds);
      var stalled = stall(chatd, ChatdClient.streamPath(chats.getFirst()), size.each);
      try {
        Thread.sleep(SETTLE);
        var with = observe(chatd, viewers, size.seconds);
        return findings(size, before, with);
      } finally {
        close(stalled);
      }
    }
  }

  private static void close(List<StalledClient> viewers) throws IOException {
    for (var viewer : viewers) {
      viewer.close();
    }
  }

  private static List<StalledClient> stall(RunningProcess chatd, String path, int each)
      throws Exception {
    return ChatdClient.many(
        2 * each,
        i ->
            () ->
                i % 2 == 0
                    ? StalledClient.webSocket(chatd.port(), path, Ground.TOKEN)
                    : StalledClient.serverSentEvents(chatd.port(), path, Ground.TOKEN));
  }

  private static State observe(RunningProcess chatd, List<Recording> viewers, int seconds)
      throws Exception {
    for (var viewer : viewers) {
      var size = viewer.size();
      Wait.until("a part", PATIENCE, () -> viewer.size() > size);
    }
    var from = viewers.stream().mapToInt(Recording::size).toArray();
    var watch = MachineLoad.watch(Map.of("chatd", new long[] {chatd.pid()}));
    var threads = new int[seconds];
    for (var i = 0; i < seconds; i++) {
      Thread.sleep(Duration.ofSeconds(1));
      threads[i] = ProcessTimes.threads(chatd.pid());
    }
    var load = watch.load();
    var latencies = new ArrayList<Long>();
    for (var i = 0; i < viewers.size(); i++) {
      for (var message : viewers.get(i).since(from[i])) {
        PartTimes.in(message).forEach(sent -> latencies.add(message.nanos() - sent));
      }
    }
    Arrays.sort(threads);
    return new State(
        threads[seconds / 2],
        DiagnosticCommand.threads(chatd.pid()),
        Latencies.of(latencies),
        load);
  }

  private static List<Finding> findings(Size size, State before, State with) {
    var who = "with %d stalled viewers, ".formatted(2 * size.each);
    var latencyMax = before.latencies.percentile(99) * NOISE + NOISE_MILLIS;
    return List.of(
        Finding.atMost(
                who + "platform threads",
                with.platformThreads,
                before.platformThreads + THREADS_TOLERANCE,
                "")
            .how(
                "By the kernel's count, %d without them, after as many streams had been opened and closed."
                    .formatted(before.platformThreads)),
        Finding.atMost(
                who + "threads, virtual ones included",
                (double) with.allThreads,
                (double) before.allThreads + THREADS_TOLERANCE,
                "")
            .how("In a thread dump, %d without them.".formatted(before.allThreads)),
        Finding.atMost(who + "p99 of others", with.latencies.percentile(99), latencyMax, "ms")
            .how(
                "Two chats at %d parts/s; half of the stalled viewers on each kind of stream, all on one of the two chats, each with about 1 MiB waiting for it. Without them: %s; with them: %s. The target is %.1f times the p99 without them, and %.0f ms."
                    .formatted(
                        1_000_000 / size.partMicros,
                        before.latencies,
                        with.latencies,
                        NOISE,
                        NOISE_MILLIS))
            .under(with.load));
  }
}
