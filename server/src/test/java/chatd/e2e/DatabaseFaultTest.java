package chatd.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import chatd.e2e.StreamSocket.Kind;
import chatd.fault.FaultProxy;
import chatd.server.model.Script;
import chatd.server.postgres.embedded.TestPostgres;
import chatd.strict.StrictClient;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import tools.jackson.databind.JsonNode;

/// Two replicas whose connections to the database break, for both at once or for one alone.
@Tag("slow")
@Timeout(90)
class DatabaseFaultTest {
  @RegisterExtension static final TestPostgres POSTGRES = new TestPostgres();

  private static final Duration STOP_MAX = Duration.ofSeconds(10);

  private static Stage stage;

  /// The ways of the replicas to the database.
  private static final List<FaultProxy> CABLES = new ArrayList<>();

  private static Cluster cluster;

  @BeforeAll
  static void start() {
    stage = Stage.with(POSTGRES).keepingWhatIsCommitted();
    var setup = stage.setup("--lease", "6s");
    for (var i = 0; i < 2; i++) {
      CABLES.add(new FaultProxy().leadTo(stage.databasePort()));
    }
    cluster =
        Cluster.start(
            stage, CABLES.stream().map(cable -> setup.withDatabaseAt(cable.port())).toList());
  }

  @AfterAll
  static void stop() {
    cluster.close();
    CABLES.forEach(FaultProxy::close);
    CABLES.clear();
    stage.close();
  }

  @Test
  void everySession_brokenAtOnce_killsNobody() {
    nobodyDiesOf("restart", () -> stage.breakDatabaseConnections());
  }

  @Test
  void everyListener_broken_killsNobody() {
    nobodyDiesOf("listeners", () -> stage.breakListeners());
  }

  @Test
  void oneSessionOfTheServer_killed_killsNobody() {
    nobodyDiesOf("one session", () -> stage.killOneDatabaseSession());
  }

  private static void nobodyDiesOf(String question, Runnable fault) {
    cluster.awaitReady();
    var ids = cluster.ids();
    var gate = new CountDownLatch(1);
    var chat =
        cluster.createOn(
            cluster.get(0),
            question,
            Script.begin().text("Once").pause(gate).text(" upon").finish("stop").done());
    try (var near = StreamViewer.open(cluster.get(0).client(), chat, Kind.WEB_SOCKET);
        var far = StreamViewer.open(cluster.get(1).client(), chat, Kind.WEB_SOCKET)) {
      var viewers = List.of(near, far);
      viewers.forEach(viewer -> viewer.awaitPreview("Once"));
      fault.run();
      cluster.awaitReady();
      gate.countDown();
      for (var viewer : viewers) {
        viewer.awaitStatus("waiting");
        assertThat(viewer.history()).containsExactly("user: " + question, "assistant: Once upon");
        viewer.mustShowWhatIsStored();
      }
      for (var i = 0; i < 3; i++) {
        var text = question + ", " + i;
        sendUntilTaken(cluster.get(i % 2).client(), chat, text);
        viewers.forEach(v -> v.await(text, c -> c.history().contains("assistant: " + text)));
      }
      near.mustAgreeWith(far);
      cluster.mustAllLive(ids);
    }
  }

  /// As clients do: each of its connections may be found broken once.
  private static void sendUntilTaken(ApiClient user, String chat, String text) {
    var answer =
        await()
            .atMost(Cluster.PATIENCE)
            .until(() -> user.sendOnce(chat, text, text), each -> each.status() != 503);
    answer.expect(200);
  }

  @Test
  void database_cutOffFromTheViewersReplicaAlone_partsFlowOn_andTheCommitComesLater() {
    var ids = cluster.ids();
    var first = new CountDownLatch(1);
    var chat =
        cluster.createOn(
            cluster.get(0),
            "blind viewers",
            Script.begin().text("Once").pause(first).text(" upon").finish("stop").done());
    try (var near = StreamViewer.open(cluster.get(0).client(), chat, Kind.WEB_SOCKET);
        var far = StreamViewer.open(cluster.get(1).client(), chat, Kind.SSE)) {
      far.awaitPreview("Once");
      CABLES.get(1).swallow(FaultProxy.Direction.values());
      first.countDown();
      far.awaitPreview("Once upon");
      near.awaitStatus("waiting");
      assertThat(far.<Boolean>get(c -> c.is("running"))).isTrue();

      CABLES.get(1).deliver();
      far.awaitStatus("waiting");
      assertThat(far.history()).containsExactly("user: blind viewers", "assistant: Once upon");
      far.mustShowWhatIsStored();
      far.mustAgreeWith(near);
      cluster.mustAllLive(ids);
    }
  }

  @Test
  void database_cutOffFromTheWorkerAlone_othersTakeOver_andItComesBackAsAnother()
      throws InterruptedException {
    var gate = new CountDownLatch(1);
    var worker = cluster.get(0);
    var other = cluster.get(1);
    var formerId = worker.client().replicaId();
    var chat =
        cluster.createOn(
            worker,
            "cut off",
            Script.paced(Duration.ofMillis(50), 10_000, () -> "x"),
            Script.begin().text("Better").pause(gate).text(" so").finish("stop").done());
    try (var near = StreamViewer.open(worker.client(), chat, Kind.WEB_SOCKET);
        var far = StreamViewer.open(other.client(), chat, Kind.WEB_SOCKET)) {
      near.await("parts", c -> c.last() > 0);
      var request = stage.request("cut off");
      CABLES.getFirst().swallow(FaultProxy.Direction.values());
      var since = System.nanoTime();

      far.await("the next attempt", Cluster.PATIENCE, c -> c.preview().text().equals("Better"));
      var last = near.<Long>get(StrictClient::last);
      System.out.printf(
          "database cut to first part of the next attempt, with a lease of 6 s: %d ms%n",
          Duration.ofNanos(System.nanoTime() - since).toMillis());
      assertThat(request.isClosedByClient(STOP_MAX)).isTrue();
      var readiness = worker.client().get("/readyz").expect(503);
      assertThat(readiness.path("reasons").valueStream().map(JsonNode::asString))
          .contains("database");
      assertThat(near.<Long>get(StrictClient::last)).as("parts after its lease").isEqualTo(last);

      CABLES.getFirst().deliver();
      assertThat(near.awaitEnd(Cluster.PATIENCE))
          .isEqualTo(new StreamSocket.End(1001, "reconnect"));
      var id = worker.client().replicaId();
      assertThat(id).isNotEqualTo(formerId);
      cluster.awaitState(id, "alive");
      assertThat(cluster.state(formerId)).isEqualTo("dead");
      near.connectTo(worker.client());
      gate.countDown();
      for (var viewer : List.of(near, far)) {
        viewer.awaitStatus("waiting");
        assertThat(viewer.history()).containsExactly("user: cut off", "assistant: Better so");
        viewer.mustShowWhatIsStored();
      }
      near.mustAgreeWith(far);
      cluster.awaitReady();
    }
  }
}
