package chatd.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import chatd.e2e.StreamSocket.Kind;
import chatd.fault.FaultProxy;
import chatd.fault.FaultProxy.Direction;
import chatd.server.model.Script;
import chatd.server.postgres.embedded.TestPostgres;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// Two replicas that answer a chat each and show the other's: one of the two links between them is
/// as bad as can be. The other link does not notice, and afterwards both chats are shown whole.
@Tag("slow")
@Timeout(90)
class TwoLinksTest {
  @RegisterExtension static final TestPostgres POSTGRES = new TestPostgres();

  private static final Duration LATE = Duration.ofMillis(300);

  private static final List<FaultProxy> WAYS = new ArrayList<>();
  private static Stage stage;
  private static Cluster cluster;
  private static List<String> ids;

  enum Fault {
    REFUSED,
    CUT,
    ASKED_LATE,
    ANSWERED_LATE,
    DEAF,
    MUTE,
    PULLED;

    void afflict(FaultProxy way) {
      switch (this) {
        case REFUSED -> way.refuse();
        case CUT -> assertThat(way.cut()).isPositive();
        case ASKED_LATE -> way.delay(LATE, Direction.TO_TARGET);
        case ANSWERED_LATE -> way.delay(LATE, Direction.FROM_TARGET);
        case DEAF -> way.swallow(Direction.TO_TARGET);
        case MUTE -> way.swallow(Direction.FROM_TARGET);
        case PULLED -> way.swallow(Direction.values());
      }
    }
  }

  @BeforeAll
  static void start() {
    stage = Stage.with(POSTGRES);
    WAYS.addAll(List.of(new FaultProxy(), new FaultProxy()));
    cluster =
        Cluster.start(
            stage, WAYS.stream().map(way -> stage.setup("--relay-url", way.address())).toList());
    for (var i = 0; i < WAYS.size(); i++) {
      WAYS.get(i).leadTo(cluster.get(i).port());
    }
    ids = cluster.ids();
  }

  @AfterAll
  static void stop() {
    cluster.close();
    WAYS.forEach(FaultProxy::close);
    WAYS.clear();
    stage.close();
  }

  static Stream<Arguments> faultsOfEachLink() {
    return Stream.of(Fault.values())
        .flatMap(fault -> Stream.of(0, 1).map(replica -> Arguments.of(fault, replica)));
  }

  @ParameterizedTest
  @MethodSource("faultsOfEachLink")
  void oneLinkIsBad_theOtherDoesNotNotice_andNothingIsLost(Fault fault, int replica) {
    var first = new CountDownLatch(1);
    var second = new CountDownLatch(1);
    var name = fault + " on the way to " + replica;
    var bad = begin(cluster.get(replica), 0, "bad, " + name, first, second);
    var good = begin(cluster.get(1 - replica), 1, "good, " + name, first, second);
    try (var near = viewerAt(cluster.get(replica), bad);
        var far = viewerAt(cluster.get(1 - replica), bad);
        var other = viewerAt(cluster.get(replica), good)) {
      for (var viewer : List.of(near, far, other)) {
        viewer.awaitPreview("a");
      }
      fault.afflict(WAYS.get(replica));
      first.countDown();
      other.awaitPreview("ab");
      near.awaitPreview("ab");
      WAYS.get(replica).heal();
      far.awaitPreview("ab");
      second.countDown();
      for (var viewer : List.of(near, far, other)) {
        viewer.await("the answer", c -> c.is("waiting"));
        assertThat(viewer.history()).last().isEqualTo("assistant: abc");
        viewer.mustShowWhatIsStored();
      }
      far.mustAgreeWith(near);
      cluster.mustAllLive(ids);
    } finally {
      WAYS.get(replica).heal();
    }
  }

  private static StreamViewer viewerAt(ReplicaProcess replica, String chat) {
    return StreamViewer.open(replica.client(), chat, Kind.WEB_SOCKET);
  }

  /// A chat that this replica runs, beside so many others that run.
  private static String begin(
      ReplicaProcess replica, int others, String question, CountDownLatch... gates) {
    var answer = Script.begin().text("a").pause(gates[0]).text("b").pause(gates[1]);
    while (true) {
      stage.answer(question, answer.text("c").finish("stop").done());
      var chat = replica.client().create(question);
      await()
          .atMost(Cluster.PATIENCE)
          .until(() -> cluster.turns(cluster.get(0)) + cluster.turns(cluster.get(1)) == others + 1);
      if (cluster.turns(replica) == 1) {
        return chat;
      }
      var _ = replica.client().interruptAndWait(chat); // The other one was quicker.
      stage.forget(question);
    }
  }
}
