package chatd.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import chatd.e2e.StreamSocket.Kind;
import chatd.fault.FaultProxy;
import chatd.server.model.Script;
import chatd.server.postgres.embedded.TestPostgres;
import java.time.Duration;
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
  private static FaultProxy cable;
  private static Cluster cluster;

  @BeforeAll
  static void start() {
    stage = Stage.with(POSTGRES);
    cable = new FaultProxy().leadTo(stage.databasePort());
    var setup = stage.setup("--lease", "6s");
    cluster = Cluster.start(stage, List.of(setup.withDatabaseAt(cable.port()), setup));
  }

  @AfterAll
  static void stop() {
    cluster.close();
    cable.close();
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

  private static void nobodyDiesOf(String question, Runnable fault) {
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
        cluster.get(i % 2).client().send(chat, text).expect(200);
        viewers.forEach(v -> v.await(text, c -> c.history().contains("assistant: " + text)));
      }
      near.mustAgreeWith(far);
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
      cable.swallow(FaultProxy.Direction.values());
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

      cable.deliver();
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
