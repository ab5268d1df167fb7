package chatd.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import chatd.e2e.StreamSocket.Kind;
import chatd.fault.FaultProxy;
import chatd.server.model.Script;
import chatd.server.postgres.embedded.TestPostgres;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// A worker whom the other replica reaches over a bad network. Its viewers miss nothing, and it is
/// not taken for dead.
@Tag("slow")
@Timeout(90)
class LinkFaultTest {
  @RegisterExtension static final TestPostgres POSTGRES = new TestPostgres();

  private static final int PARTS = 3_000;
  private static final int CUTS = 100;
  private static final int PARTS_BETWEEN_CUTS_MAX = 30;
  private static final Duration ANSWER_MAX = Duration.ofMinutes(3);

  private static Stage stage;
  private static FaultProxy network;
  private static FaultProxy cable;
  private static Cluster cluster;
  private static List<String> ids;

  @BeforeAll
  static void start() {
    stage = Stage.with(POSTGRES);
    network = new FaultProxy();
    cable = new FaultProxy().leadTo(stage.databasePort());
    cluster =
        Cluster.start(
            stage,
            List.of(
                stage.setup("--relay-url", network.address()),
                stage.setup().withDatabaseAt(cable.port())));
    network.leadTo(worker().port());
    ids = cluster.ids();
  }

  @AfterAll
  static void stop() {
    cluster.close();
    network.close();
    cable.close();
    stage.close();
  }

  @BeforeEach
  void heal() {
    network.heal();
    cable.heal();
  }

  @AfterEach
  void nobodyDied() {
    cluster.mustAllLive(ids);
  }

  private static ReplicaProcess worker() {
    return cluster.get(0);
  }

  private static StreamViewer viewerAt(ReplicaProcess replica, String chat) {
    return StreamViewer.open(replica.client(), chat, Kind.WEB_SOCKET);
  }

  @Test
  void link_refused_commitsAreSeen_andPartsAsSoonAsItIsNot() {
    var gate = new CountDownLatch(1);
    var more = new CountDownLatch(1);
    network.refuse();
    var chat =
        cluster.createOn(
            worker(), "refused", Script.begin().text("un").pause(gate).finish("stop").done());
    try (var near = viewerAt(worker(), chat);
        var far = viewerAt(cluster.get(1), chat)) {
      near.awaitPreview("un");
      far.awaitStatus("running");
      gate.countDown();
      far.awaitStatus("waiting");
      assertThat(far.history()).containsExactly("user: refused", "assistant: un");
      assertThat(far.<Integer>get(c -> c.count("message_part"))).isZero();

      network.accept();
      stage.answer(
          "and now", Script.begin().text("seen").pause(more).text("!").finish("stop").done());
      worker().client().send(chat, "and now").expect(200);
      far.awaitPreview("seen");
      more.countDown();
      mustBothShow(near, far, "assistant: seen!");
    }
  }

  @Test
  void link_delayed_everyPartComes() {
    network.delay(Duration.ofMillis(200), FaultProxy.Direction.values());
    var gate = new CountDownLatch(1);
    var chat =
        cluster.createOn(
            worker(),
            "delayed",
            Script.begin().text("a", "b", "c").pause(gate).text("d").finish("stop").done());
    try (var near = viewerAt(worker(), chat);
        var far = viewerAt(cluster.get(1), chat)) {
      near.awaitPreview("abc");
      far.awaitPreview("abc");
      gate.countDown();
      mustBothShow(near, far, "assistant: abcd");
    }
  }

  @ParameterizedTest
  @EnumSource(FaultProxy.Direction.class)
  void link_thatSwallowsOneWay_isReplaced(FaultProxy.Direction direction) {
    mustReplaceALinkThatSwallows(direction);
  }

  @Test
  void link_thatSwallowsBothWays_isReplaced() {
    mustReplaceALinkThatSwallows(FaultProxy.Direction.values());
  }

  private static void mustReplaceALinkThatSwallows(FaultProxy.Direction... directions) {
    var swallowed = new CountDownLatch(1);
    var healed = new CountDownLatch(1);
    var chat =
        cluster.createOn(
            worker(),
            "silent " + List.of(directions),
            Script.begin()
                .text("a")
                .pause(swallowed)
                .text("b")
                .pause(healed)
                .text("c")
                .finish("stop")
                .done());
    try (var near = viewerAt(worker(), chat);
        var far = viewerAt(cluster.get(1), chat)) {
      near.awaitPreview("a");
      far.awaitPreview("a");
      var before = network.connections();
      network.swallow(directions);
      swallowed.countDown();
      near.awaitPreview("ab");
      await().atMost(Cluster.PATIENCE).until(() -> network.connections() > before);
      network.deliver();
      far.awaitPreview("ab");
      healed.countDown();
      mustBothShow(near, far, "assistant: abc");
    }
  }

  @Test
  void link_thatSwallowsEverythingFromTheFirstByte_commitsAreSeen_andPartsAfterwards() {
    var gate = new CountDownLatch(1);
    var more = new CountDownLatch(1);
    network.swallow(FaultProxy.Direction.values());
    network.cut();
    var before = network.connections();
    var chat =
        cluster.createOn(
            worker(), "pulled", Script.begin().text("un").pause(gate).finish("stop").done());
    try (var near = viewerAt(worker(), chat);
        var far = viewerAt(cluster.get(1), chat)) {
      near.awaitPreview("un");
      far.awaitStatus("running");
      await().atMost(Cluster.PATIENCE).until(() -> network.connections() > before);
      gate.countDown();
      far.awaitStatus("waiting");
      assertThat(far.history()).containsExactly("user: pulled", "assistant: un");
      assertThat(far.<Integer>get(c -> c.count("message_part"))).isZero();

      network.deliver();
      stage.answer("back", Script.begin().text("seen").pause(more).text("!").finish("stop").done());
      worker().client().send(chat, "back").expect(200);
      far.awaitPreview("seen");
      more.countDown();
      mustBothShow(near, far, "assistant: seen!");
    }
  }

  @Test
  void link_cutWhileTheViewersReplicaHasNoDatabase_isMadeAgainAllTheSame() {
    var cut = new CountDownLatch(1);
    var healed = new CountDownLatch(1);
    var chat =
        cluster.createOn(
            worker(),
            "no database",
            Script.begin()
                .text("a")
                .pause(cut)
                .text("b")
                .pause(healed)
                .text("c")
                .finish("stop")
                .done());
    try (var near = viewerAt(worker(), chat);
        var far = viewerAt(cluster.get(1), chat)) {
      near.awaitPreview("a");
      far.awaitPreview("a");
      cable.swallow(FaultProxy.Direction.values());
      assertThat(network.cut()).isPositive();
      cut.countDown();
      far.awaitPreview("ab");
      cable.deliver();
      healed.countDown();
      mustBothShow(near, far, "assistant: abc");
    }
  }

  @Test
  void link_cutAHundredTimes_everyPartIsSeenOnce() {
    var gate = new CountDownLatch(1);
    var number = new AtomicInteger();
    var answer =
        Script.paced(Duration.ofMillis(6), PARTS, () -> "<" + number.incrementAndGet() + ">");
    var chat =
        cluster.createOn(
            worker(),
            "cut",
            new Script(answer.steps().subList(0, 2 * PARTS)).pause(gate).finish("stop").done());
    var random = new Random(7);
    try (var near = viewerAt(worker(), chat);
        var far = viewerAt(cluster.get(1), chat)) {
      var cuts = 0;
      var seen = 1;
      while (cuts < CUTS && seen < PARTS) {
        var next = seen;
        near.await("part " + next, ANSWER_MAX, c -> c.last() >= next);
        cuts += network.cut();
        seen += random.nextInt(1, PARTS_BETWEEN_CUTS_MAX);
      }
      while (cuts < CUTS) { // On a slow machine: it may still be behind.
        cuts += await().until(network::cut, cut -> cut > 0);
      }
      for (var viewer : List.of(near, far)) {
        viewer.await("all parts", ANSWER_MAX, c -> c.last() == PARTS);
      }
      assertThat(far.preview().text()).isEqualTo(near.preview().text());
      System.out.printf("%d cuts during %d parts of %d%n", cuts, seen, PARTS);
      var text = near.preview().text();
      gate.countDown();
      mustBothShow(near, far, "assistant: " + text);
    }
  }

  private static void mustBothShow(StreamViewer near, StreamViewer far, String answer) {
    for (var viewer : List.of(near, far)) {
      viewer.await("the answer", c -> c.is("waiting") && c.history().contains(answer));
      viewer.mustShowWhatIsStored();
    }
    far.mustAgreeWith(near);
  }
}
