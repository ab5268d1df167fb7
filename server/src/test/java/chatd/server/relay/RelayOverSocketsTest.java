package chatd.server.relay;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import chatd.core.chat.ReplicaId;
import chatd.core.message.ChatId;
import chatd.core.message.Role;
import chatd.core.part.EncodedPart;
import chatd.core.part.Episode;
import chatd.core.part.PartLog;
import chatd.core.part.PartRun;
import chatd.core.relay.Have;
import chatd.core.relay.RelayTimes;
import chatd.engine.parts.PartLogs;
import chatd.engine.parts.PartWriter;
import chatd.engine.port.PartsRelay;
import chatd.fault.FaultProxy;
import chatd.relay.ClusterSecret;
import chatd.relay.Dialer;
import chatd.relay.Link;
import chatd.relay.LinkServer;
import chatd.relay.Relay;
import chatd.relay.RelayWorld;
import chatd.server.LogTelemetry;
import chatd.server.SystemTime;
import chatd.server.http.HttpServer;
import chatd.server.stream.OpenStreams;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Both ends of a link over real sockets.
class RelayOverSocketsTest {
  private static final ReplicaId EDGE = new ReplicaId(UUID.randomUUID());
  private static final ReplicaId WORKER = new ReplicaId(UUID.randomUUID());
  private static final ChatId CHAT = new ChatId(UUID.randomUUID());
  private static final Episode EPISODE = new Episode(9, 1);
  private static final ClusterSecret SECRET = new ClusterSecret("of the cluster");

  /// As in production, but soon back after a cut.
  private static final RelayTimes TIMES =
      new RelayTimes(
          Duration.ofSeconds(3),
          Duration.ofSeconds(2),
          Duration.ofSeconds(5),
          Duration.ofSeconds(30),
          Duration.ofSeconds(10),
          Duration.ofMillis(5),
          Duration.ofMillis(100));

  private final SystemTime time = new SystemTime();
  private final PartLogs logs =
      new PartLogs(time, new PartLogs.Limits(Duration.ofSeconds(15), 1L << 30));
  private final LinkServer links =
      new LinkServer(world(WORKER, SECRET), logs, LinkServer.Limits.DEFAULT);
  private final WebSocketDialer dialer =
      new WebSocketDialer(Thread.ofVirtual().factory(), Duration.ofSeconds(3));
  private final BlockingQueue<Set<ChatId>> asked = new LinkedBlockingQueue<>();
  private final Mirror mirror = new Mirror();
  private HttpServer server = server();
  private Relay relay = new Relay(world(EDGE, SECRET), dialer, asked::add);

  @BeforeEach
  void start() throws IOException {
    server.start();
  }

  @AfterEach
  void stop() {
    relay.stop();
    links.stop();
    dialer.close();
    server.stop();
  }

  @Test
  void threeThousandParts_overALinkCutAHundredTimes_comeOnceAndInOrder() throws Exception {
    var random = new SplittableRandom(7);
    try (var proxy = new FaultProxy().leadTo(server.port())) {
      relay.peers(Map.of(WORKER, proxy.address()));
      relay.open(WORKER, CHAT, mirror);
      var writer = logs.open(CHAT, EPISODE);
      var cuts = 0;
      for (var i = 1; i <= 3_000; i++) {
        append(writer, i);
        if (random.nextInt(20) == 0) {
          waitFor(i - random.nextInt(10));
        }
        if (cuts < 100 && random.nextInt(25) == 0) {
          cuts += proxy.cut();
        }
      }
      while (cuts < 100) {
        await().pollInterval(Duration.ofMillis(1)).until(() -> links.members() == 1);
        cuts += proxy.cut();
      }
      waitFor(3_000);
      assertThat(cuts).isGreaterThanOrEqualTo(100);
    }
    assertThat(mirror.openings.get()).as("it was opened again and again").isGreaterThan(50);
    assertThat(mirror.text()).isEqualTo(expected());
  }

  @Test
  void largeParts_crossWhole() throws Exception {
    relay.peers(Map.of(WORKER, address()));
    relay.open(WORKER, CHAT, mirror);
    var writer = logs.open(CHAT, EPISODE);
    var large = new byte[1 << 20];
    for (var i = 0; i < 5; i++) {
      writer.append(EncodedPart.whole(Role.TOOL, large));
      append(writer, i);
    }
    waitFor(10);
    assertThat(requireNonNull(mirror.log.read(9, 10)).head()).hasSize(1 << 20);
  }

  @Test
  void twoThousandChats_areOpenedAtOnce() {
    var mirrors = new ArrayList<Mirror>();
    for (var i = 0; i < 2_000; i++) {
      mirrors.add(new Mirror());
      relay.open(WORKER, new ChatId(new UUID(3, i)), mirrors.getLast());
      append(logs.open(new ChatId(new UUID(3, i)), EPISODE), i);
    }
    relay.peers(Map.of(WORKER, address())); // They all wait for it.
    await().until(() -> mirrors.stream().allMatch(each -> each.log.last() == 1));
    assertThat(mirrors).allMatch(each -> each.openings.get() == 1);
    assertThat(links.members()).isEqualTo(1);
  }

  @Test
  void wrongSecret_isRefused() {
    relay = new Relay(world(EDGE, new ClusterSecret("another")), dialer, asked::add);
    relay.peers(Map.of(WORKER, address()));
    relay.open(WORKER, CHAT, mirror);
    await().untilAsserted(() -> assertThat(relay.refused()).containsExactly(WORKER));
    assertThat(links.members()).isZero();
  }

  @Test
  void otherReplicaAtTheAddress_isReported() throws Exception {
    var former = new ReplicaId(UUID.randomUUID());
    relay.peers(Map.of(former, address()));
    relay.open(former, CHAT, mirror);
    assertThat(asked.poll(20, TimeUnit.SECONDS)).containsExactly(CHAT);
    assertThat(relay.refused()).isEmpty();
  }

  @Test
  void nobodyAtTheAddress_isTriedUntilThereIs() throws Exception {
    var port = server.port();
    server.stop();
    relay.peers(Map.of(WORKER, "http://127.0.0.1:" + port + "/"));
    relay.open(WORKER, CHAT, mirror);
    append(logs.open(CHAT, EPISODE), 1);
    server = server(port);
    server.start();
    waitFor(1);
  }

  @Test
  void stranger_isCutAtTheFirstWrongOrLongMessage() throws Exception {
    for (var message : new byte[][] {new byte[65], new byte[10], new byte[100_000]}) {
      var ended = new CountDownLatch(1);
      dialer.dial(address(), new Stranger(ByteBuffer.wrap(message), ended::countDown));
      assertThat(ended.await(20, TimeUnit.SECONDS)).isTrue();
    }
    assertThat(links.members()).isZero();
  }

  @Test
  void somethingElseAtTheAddress_isNoLink() throws Exception {
    var failed = new LinkedBlockingQueue<String>();
    dialer.dial(
        address() + "/not",
        new Dialer.Answer() {
          @Override
          public Link.Listener opened(Link link) {
            throw new AssertionError("a link to nobody");
          }

          @Override
          public void failed(Throwable cause) {
            failed.add(String.valueOf(cause.getMessage()));
          }
        });
    assertThat(failed.poll(20, TimeUnit.SECONDS)).contains("404");
  }

  @Test
  void plainRequest_isToldToUpgrade() throws Exception {
    try (var http = HttpClient.newHttpClient()) {
      var request = HttpRequest.newBuilder(URI.create(address() + "/relay")).build();
      var answer = http.send(request, HttpResponse.BodyHandlers.ofString());
      assertThat(answer.statusCode()).isEqualTo(426);
    }
  }

  private HttpServer server() {
    return server(0);
  }

  private HttpServer server(int port) {
    var settings =
        new HttpServer.Settings(
            "127.0.0.1", port, WORKER::value, Set.of(), 1000, Duration.ofSeconds(10));
    var streams = new OpenStreams(Duration.ofMillis(500));
    return new HttpServer(settings, new RelayEndpoint(links)::addTo, streams, (_, _, _, _) -> {});
  }

  private String address() {
    return "http://127.0.0.1:" + server.port();
  }

  private RelayWorld world(ReplicaId me, ClusterSecret secret) {
    var surroundings =
        new RelayWorld.Surroundings(
            time, Thread.ofVirtual().factory(), new SecureRandom(), new LogTelemetry(time));
    return new RelayWorld(new RelayWorld.Self(() -> me, secret), surroundings, TIMES);
  }

  private void waitFor(long seq) {
    await()
        .pollInterval(Duration.ofMillis(1))
        .atMost(Duration.ofSeconds(30))
        .until(() -> mirror.log.last() >= seq);
  }

  private static void append(PartWriter writer, int number) {
    writer.append(
        new EncodedPart(
            Role.ASSISTANT,
            "{\"text\":\"".getBytes(US_ASCII),
            ("<" + number + ">").getBytes(US_ASCII),
            "\"}".getBytes(US_ASCII)));
  }

  private static String expected() {
    var text = new StringBuilder();
    for (var i = 1; i <= 3_000; i++) {
      text.append('<').append(i).append('>');
    }
    return text.toString();
  }

  /// Says one thing and waits for the end.
  private record Stranger(ByteBuffer message, Runnable end)
      implements Dialer.Answer, Link.Listener {
    @Override
    public Link.Listener opened(Link link) {
      link.send(message);
      link.readOn(1);
      return this;
    }

    @Override
    public void failed(Throwable cause) {
      throw new AssertionError(cause);
    }

    @Override
    public void heard() {}

    @Override
    public void received(ByteBuffer answer) {
      throw new AssertionError("an answer to a stranger");
    }

    @Override
    public void written() {}

    @Override
    public void ended() {
      end.run();
    }
  }

  /// What a feed keeps of the chat.
  private static final class Mirror implements PartsRelay.Receiver {
    private final PartLog log = new PartLog(EPISODE);
    private final AtomicInteger openings = new AtomicInteger();

    @Override
    public Have have() {
      openings.incrementAndGet();
      return new Have(EPISODE, log.last());
    }

    @Override
    public boolean parts(PartRun run) {
      return log.fill(run);
    }

    @Override
    public void at(long ask, Episode episode, long last) {}

    @Override
    public void ended(Episode episode) {}

    private String text() {
      var delta = requireNonNull(log.read(1, 1 << 20)).delta();
      return new String(delta.array(), delta.from(), delta.length(), US_ASCII);
    }
  }
}
