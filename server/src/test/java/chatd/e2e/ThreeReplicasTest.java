package chatd.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import chatd.core.chat.ChatCommand;
import chatd.e2e.StreamSocket.Kind;
import chatd.server.model.Script;
import chatd.server.postgres.embedded.TestPostgres;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/// Three replicas in processes of their own that are killed, frozen and told to end, while viewers
/// look on at all of them.
@Tag("slow")
@Timeout(90)
class ThreeReplicasTest {
  @RegisterExtension static final TestPostgres POSTGRES = new TestPostgres();

  private static final Duration GO_ON_MAX = Duration.ofSeconds(30);
  private static final Duration STOP_MAX = Duration.ofSeconds(10);

  private static Stage stage;
  private static Cluster cluster;

  @BeforeAll
  static void start() {
    stage = Stage.with(POSTGRES);
    cluster = Cluster.start(stage, 3, "--lease", "6s", "--drain-timeout", "30s");
  }

  @BeforeEach
  void revive() {
    cluster.revive();
  }

  @AfterAll
  static void stop() {
    cluster.close();
    stage.close();
  }

  @Test
  void stop_saidToAnyReplica_closesTheProvider_andKeepsWhatWasSaid() throws InterruptedException {
    for (var i = 0; i < 3; i++) {
      var question = "stop, " + i;
      stage.answer(question, Script.begin().text("Once upon").hang());
      var chat = cluster.get(0).client().create(question);
      try (var viewer = StreamViewer.open(cluster.get(i).client(), chat, Kind.WEB_SOCKET)) {
        viewer.awaitPreview("Once upon");
        var request = stage.request(question);
        var since = System.nanoTime();
        cluster.get(i).client().interrupt(chat).expect(200);
        assertThat(request.isClosedByClient(STOP_MAX)).isTrue();
        tell("stop to closed provider", since);
        viewer.awaitStatus("waiting");
        assertThat(viewer.history()).containsExactly("user: " + question, "assistant: Once upon");
      }
    }
  }

  @Test
  void stop_nobodyIsToldOf_isSeenByTheWorker() throws InterruptedException {
    stage.answer("silent", Script.begin().text("Once upon").hang());
    var user = cluster.get(0).client();
    var chat = user.create("silent");
    var request = stage.request("silent");
    var elsewhere = cluster.othersThan(cluster.worker()).getFirst();
    try (var viewer = StreamViewer.open(elsewhere.client(), chat, Kind.SSE)) {
      viewer.awaitPreview("Once upon");
      var since = System.nanoTime();
      LostHintTest.silently(stage, chat, new ChatCommand.Interrupt(LostHintTest.owner(user, chat)));
      assertThat(request.isClosedByClient(STOP_MAX)).isTrue();
      tell("silent stop to closed provider", since);
      viewer.awaitStatus("waiting");
      assertThat(viewer.history()).containsExactly("user: silent", "assistant: Once upon");
    }
  }

  @Test
  void viewersReplica_killed_sameAttemptGoesOnElsewhere() {
    var gate = new CountDownLatch(1);
    var end = new CountDownLatch(1);
    stage.answer(
        "edge",
        Script.begin().text("a", "b").pause(gate).text("c").pause(end).finish("stop").done());
    var chat = cluster.get(0).client().create("edge");
    var edges = cluster.othersThan(cluster.worker());
    try (var viewer = StreamViewer.open(edges.getFirst().client(), chat, Kind.WEB_SOCKET)) {
      viewer.awaitPreview("ab");
      edges.getFirst().kill();
      assertThat(viewer.awaitEnd(Cluster.PATIENCE)).as("a killed server says nothing").isNull();
      viewer.connectTo(edges.getLast().client());
      gate.countDown();
      viewer.awaitPreview("abc");
      assertThat(viewer.types()).doesNotContain("history_reset", "preview_reset");
      end.countDown();
      viewer.awaitStatus("waiting");
      assertThat(viewer.history()).containsExactly("user: edge", "assistant: abc");
      viewer.mustShowWhatIsStored();
    }
  }

  @Test
  void worker_killedTwiceInARow_viewersElsewhereGoOn() {
    stage.answer(
        "twice",
        Script.begin().text("one").hang(),
        Script.begin().text("two").hang(),
        Script.answer("three"));
    var chat = cluster.get(0).client().create("twice");
    var first = cluster.worker();
    var edge = cluster.othersThan(first).getFirst();
    try (var viewer = StreamViewer.open(edge.client(), chat, Kind.WEB_SOCKET)) {
      viewer.awaitPreview("one");
      var since = System.nanoTime();
      first.kill();
      viewer.await("the second attempt", GO_ON_MAX, c -> c.preview().text().equals("two"));
      tell("kill to first part of the next attempt", since);

      var second = cluster.worker();
      viewer.leave().connectTo(cluster.othersThan(second).getFirst().client());
      viewer.awaitPreview("two");
      since = System.nanoTime();
      second.kill();
      viewer.await("the third attempt", GO_ON_MAX, c -> c.history().contains("assistant: three"));
      tell("second kill to the answer", since);
      viewer.awaitStatus("waiting");
      assertThat(viewer.types()).doesNotContain("history_reset");
      assertThat(viewer.history()).containsExactly("user: twice", "assistant: three");
      viewer.mustShowWhatIsStored();
    }
  }

  @Test
  void workerAndViewersReplica_killedAtOnce_theThirdGoesOn() {
    stage.answer("both", Script.begin().text("Half").hang(), Script.answer("The", " whole"));
    var chat = cluster.get(0).client().create("both");
    var worker = cluster.worker();
    var edge = cluster.othersThan(worker).getFirst();
    var last = cluster.othersThan(worker, edge).getFirst();
    try (var near = StreamViewer.open(worker.client(), chat, Kind.WEB_SOCKET);
        var far = StreamViewer.open(edge.client(), chat, Kind.SSE);
        var third = StreamViewer.open(last.client(), chat, Kind.WEB_SOCKET)) {
      var viewers = List.of(near, far, third);
      viewers.forEach(viewer -> viewer.awaitPreview("Half"));
      var since = System.nanoTime();
      worker.kill();
      edge.kill();
      for (var viewer : List.of(near, far)) {
        var _ = viewer.awaitEnd(Cluster.PATIENCE);
        viewer.connectTo(last.client());
      }
      for (var viewer : viewers) {
        viewer.await("the answer", GO_ON_MAX, c -> c.is("waiting"));
        assertThat(viewer.history()).containsExactly("user: both", "assistant: The whole");
        viewer.mustShowWhatIsStored();
      }
      tell("kill of two to the answer at the third", since);
    }
  }

  @Test
  void worker_frozenForLongerThanItsLease_comesBackAsAnotherReplica() throws InterruptedException {
    var former = new CountDownLatch(1);
    var latter = new CountDownLatch(1);
    stage.answer(
        "freeze",
        Script.begin().text("Half").pause(former).text(" an answer").hang(),
        Script.begin().text("The").pause(latter).text(" whole").finish("stop").done());
    var chat = cluster.get(0).client().create("freeze");
    var worker = cluster.worker();
    var formerId = worker.client().replicaId();
    var edge = cluster.othersThan(worker).getFirst();
    try (var near = StreamViewer.open(worker.client(), chat, Kind.WEB_SOCKET);
        var far = StreamViewer.open(edge.client(), chat, Kind.WEB_SOCKET)) {
      near.awaitPreview("Half");
      far.awaitPreview("Half");
      var request = stage.request("freeze");
      worker.pause();
      var since = System.nanoTime();
      former.countDown();
      far.await("the next attempt", GO_ON_MAX, c -> c.preview().text().equals("The"));
      tell("freeze to first part of the next attempt, with a lease of 6 s", since);

      worker.resume();
      assertThat(request.isClosedByClient(STOP_MAX)).isTrue();
      assertThat(near.awaitEnd(Cluster.PATIENCE))
          .isEqualTo(new StreamSocket.End(1001, "reconnect"));
      assertThat(
              near.<Boolean>get(
                  c -> c.seen().stream().anyMatch(s -> s.raw().contains("an answer"))))
          .as("what came while it was frozen is shown")
          .isFalse();
      var id = worker.client().replicaId();
      assertThat(id).isNotEqualTo(formerId);
      cluster.awaitState(id, "alive");
      assertThat(cluster.state(formerId)).isEqualTo("dead");

      near.connectTo(worker.client());
      near.awaitPreview("The");
      latter.countDown();
      for (var viewer : List.of(near, far)) {
        viewer.awaitStatus("waiting");
        assertThat(viewer.history()).containsExactly("user: freeze", "assistant: The whole");
        assertThat(viewer.types()).doesNotContain("history_reset");
        viewer.mustShowWhatIsStored();
      }
      worker.client().send(chat, "again").expect(200);
      far.await("one more answer", c -> c.history().contains("assistant: again"));
    } finally {
      worker.resume();
    }
  }

  @Test
  void worker_thatDrains_isHeardElsewhereUntilItsLastCommit() {
    var first = new CountDownLatch(1);
    var second = new CountDownLatch(1);
    stage.answer(
        "drain",
        Script.begin()
            .text("a")
            .pause(first)
            .text("b")
            .pause(second)
            .text("c")
            .finish("stop")
            .done());
    var chat = cluster.get(0).client().create("drain");
    var worker = cluster.worker();
    var id = worker.client().replicaId();
    var edge = cluster.othersThan(worker).getFirst();
    try (var near = StreamViewer.open(worker.client(), chat, Kind.WEB_SOCKET);
        var far = StreamViewer.open(edge.client(), chat, Kind.WEB_SOCKET)) {
      near.awaitPreview("a");
      far.awaitPreview("a");
      worker.terminate();
      cluster.awaitState(id, "draining");
      // Somebody who did not listen to it before can begin to.
      try (var late = StreamViewer.open(edgeOf(worker, edge).client(), chat, Kind.SSE)) {
        first.countDown();
        List.of(near, far, late).forEach(viewer -> viewer.awaitPreview("ab"));
        assertThat(cluster.state(id)).isEqualTo("draining");
        second.countDown();
        for (var viewer : List.of(near, far, late)) {
          viewer.awaitStatus("waiting");
          assertThat(viewer.history()).containsExactly("user: drain", "assistant: abc");
          assertThat(viewer.types()).doesNotContain("history_reset");
        }
      }
      assertThat(near.awaitEnd(Cluster.PATIENCE)).isEqualTo(new StreamSocket.End(1001, "draining"));
      worker.awaitEnd();
      assertThat(cluster.state(id)).isEqualTo("dead");
    }
  }

  private static ReplicaProcess edgeOf(ReplicaProcess worker, ReplicaProcess edge) {
    return cluster.othersThan(worker, edge).getFirst();
  }

  private static void tell(String what, long sinceNanos) {
    var millis = Duration.ofNanos(System.nanoTime() - sinceNanos).toMillis();
    System.out.printf("%s: %d ms%n", what, millis);
  }
}
