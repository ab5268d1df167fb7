package chatd.bench;

import chatd.bench.client.ChatdClient;
import chatd.bench.client.Handshake;
import chatd.bench.client.SocketSwarm;
import chatd.bench.process.DiagnosticCommand;
import chatd.bench.process.ProcessTimes;
import chatd.bench.process.RunningProcess;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicInteger;

/// How much memory an idle viewer takes.
final class MemoryBenchmark implements Benchmark {
  private static final double KIB_MAX = 20;
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  /// The whole heap is resident from the beginning: what grows besides is outside of it.
  private static final String HEAP = "-Xms1g -Xmx1g -XX:+AlwaysPreTouch";

  private record Size(int few, int many, int chats) {
    static final Size FULL = new Size(2_000, 10_000, 100);
    static final Size TINY = new Size(20, 60, 5);
  }

  private record Memory(long heapKib, long residentKib) {}

  @Override
  public String name() {
    return "memory";
  }

  @Override
  public String about() {
    return "memory per idle viewer, from 2,000 to 10,000 viewers";
  }

  @Override
  public List<Finding> run(Ground ground, boolean tiny) throws Exception {
    var size = tiny ? Size.TINY : Size.FULL;
    try (var database = ground.createDatabase();
        var chatd = ground.serve(database.jdbcUrl(), HEAP);
        var client = new ChatdClient(chatd.port(), Ground.TOKEN);
        var swarm = SocketSwarm.start()) {
      var chats = Ground.chats(client, size.chats);
      var crowd = new Crowd(swarm, chatd.port(), chats, new AtomicInteger(), new AtomicInteger());
      crowd.growTo(size.few);
      var few = memory(chatd);
      crowd.growTo(size.many);
      var many = memory(chatd);
      if (crowd.closed.get() > 0) {
        throw new IllegalStateException(crowd.closed + " of the viewers were closed meanwhile");
      }
      return List.of(finding(size, few, many));
    }
  }

  private static Memory memory(RunningProcess chatd) throws Exception {
    Thread.sleep(Duration.ofSeconds(2));
    return new Memory(
        DiagnosticCommand.liveHeapKib(chatd.pid()), ProcessTimes.residentKib(chatd.pid()));
  }

  private static Finding finding(Size size, Memory few, Memory many) {
    double viewers = size.many - size.few;
    var heap = (many.heapKib - few.heapKib) / viewers;
    var outside = (many.residentKib - few.residentKib) / viewers;
    return Finding.atMost("memory per idle viewer", heap + outside, KIB_MAX, "KiB")
        .how(
            String.format(
                Locale.ROOT,
                "WebSockets on %d chats, %d and then %d: %.1f KiB of live heap after collection,"
                    + " and %.1f KiB of resident memory outside of the heap, which is wholly"
                    + " resident from the beginning (%s).",
                size.chats,
                size.few,
                size.many,
                heap,
                outside,
                HEAP));
  }

  private record Crowd(
      SocketSwarm swarm, int port, List<String> chats, AtomicInteger synced, AtomicInteger closed)
      implements SocketSwarm.Listener {

    void growTo(int count) throws Exception {
      var had = synced.get();
      ChatdClient.many(
          count - had,
          i ->
              () -> {
                var path = ChatdClient.streamPath(chats.get(i % chats.size()));
                return swarm.open(new Handshake(port, path, Ground.TOKEN, 0), this);
              });
      Wait.until("the first sync of all viewers", PATIENCE, () -> synced.get() >= count);
    }

    /// An idle chat sends its whole first sync in one message.
    @Override
    public void message(long nanos, byte[] text) {
      synced.incrementAndGet();
    }

    @Override
    public void closed(int code) {
      closed.incrementAndGet();
    }
  }
}
