package chatd.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import chatd.e2e.StreamSocket.Kind;
import chatd.server.cli.CannotRun;
import chatd.server.model.Script;
import chatd.server.postgres.embedded.TestPostgres;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Two replicas over one database: what is said to one is seen on the other.
@Timeout(120)
class AcrossReplicasTest {
  @RegisterExtension static final TestPostgres POSTGRES = new TestPostgres();

  private static final Duration SOON = Duration.ofSeconds(10);
  private static final int CHANGES = 8;

  /// Changes that only a poll finds, each made when the one before was seen, are three seconds
  /// apart.
  private static final Duration HALF_OF_THE_POLLS = Duration.ofSeconds(3).multipliedBy(CHANGES / 2);

  private final Stage stage = Stage.with(POSTGRES);
  private Replica here;
  private Replica there;

  @BeforeEach
  void start() {
    here = stage.setup().startInside();
    there = stage.setup().startInside();
  }

  @AfterEach
  void stop() {
    here.close();
    there.close();
    stage.close();
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void partsOfAnAnswer_areSeenOnBothReplicas_whileItIsWritten(Kind kind) {
    var gate = new CountDownLatch(1);
    stage.answer(
        "hi", Script.begin().text("Hel", "lo").pause(gate).text(" world").finish("stop").done());
    var chat = here.client().create("hi");
    try (var near = StreamViewer.open(here.client(), chat, kind);
        var far = StreamViewer.open(there.client(), chat, kind)) {
      var viewers = List.of(near, far);
      viewers.forEach(viewer -> viewer.awaitPreview("Hello"));
      gate.countDown();
      viewers.forEach(viewer -> viewer.awaitStatus("waiting"));
      for (var viewer : viewers) {
        assertThat(viewer.history()).containsExactly("user: hi", "assistant: Hello world");
        viewer.mustShowWhatIsStored();
      }
      near.mustAgreeWith(far);
    }
  }

  @Test
  void stop_saidToTheOtherReplica_closesTheProvider_andKeepsWhatWasSaid()
      throws InterruptedException {
    stage.answer("long", Script.begin().text("Once upon").hang());
    var chat = here.client().create("long");
    try (var near = StreamViewer.open(here.client(), chat, Kind.WEB_SOCKET);
        var far = StreamViewer.open(there.client(), chat, Kind.WEB_SOCKET)) {
      near.awaitPreview("Once upon");
      far.awaitPreview("Once upon");
      var request = stage.request("long");

      there.client().interruptAndWait(chat).expect(200);
      here.client().chat(chat);
      assertThat(request.isClosedByClient(SOON)).isTrue();

      for (var viewer : List.of(near, far)) {
        viewer.awaitStatus("waiting");
        assertThat(viewer.history()).containsExactly("user: long", "assistant: Once upon");
      }
    }
  }

  @Test
  void changes_areHeardOf_andNotOnlyFoundByThePoll() {
    stage.answer("hold", Script.begin().text("Well").hang());
    var chat = here.client().create("hold");
    try (var far = StreamViewer.open(there.client(), chat, Kind.WEB_SOCKET)) {
      far.awaitStatus("running");
      var since = System.nanoTime();
      for (var i = 1; i <= CHANGES; i++) {
        here.client().send(chat, "queued " + i).expect(200);
        var size = i;
        far.await("entry " + size, c -> c.queued().size() == size);
      }
      assertThat(Duration.ofNanos(System.nanoTime() - since)).isLessThan(HALF_OF_THE_POLLS);
      here.client().interrupt(chat).expect(200);
      far.awaitStatus("waiting");
    }
  }

  @Test
  void cursor_takenInMidAnswer_goesOnAtTheOtherReplica() {
    var gate = new CountDownLatch(1);
    stage.answer(
        "go", Script.begin().text("a", "b", "c").pause(gate).text("d", "e").finish("stop").done());
    var chat = here.client().create("go");
    try (var viewer = StreamViewer.open(here.client(), chat, Kind.WEB_SOCKET)) {
      viewer.awaitPreview("abc");
      viewer.leave();
      viewer.connectTo(there.client());
      gate.countDown();
      viewer.awaitStatus("waiting");
      assertThat(viewer.types()).doesNotContain("history_reset");
      assertThat(viewer.history()).containsExactly("user: go", "assistant: abcde");
    }
  }

  @Test
  void replicaWithAnotherSecret_showsCommitsOnly_andReadinessNamesIt() {
    var gate = new CountDownLatch(1);
    stage.answer("hi", Script.begin().text("Hello").pause(gate).finish("stop").done());
    try (var stranger = stage.setup("--cluster-secret", "of-another-cluster").startInside()) {
      var replicas = List.of(here, there, stranger);
      var chat = stranger.client().create("hi");
      try (var viewer = StreamViewer.open(stranger.client(), chat, Kind.WEB_SOCKET);
          var far = StreamViewer.open(here.client(), chat, Kind.WEB_SOCKET)) {
        await().until(() -> replicas.stream().anyMatch(AcrossReplicasTest::namesAStranger));
        gate.countDown();
        for (var each : List.of(viewer, far)) {
          each.awaitStatus("waiting");
          assertThat(each.history()).containsExactly("user: hi", "assistant: Hello");
        }
      }
    }
  }

  @Test
  void addressOfAnotherReplica_isNotTaken_andTheWayOutIsNamed() {
    var third = stage.setup("--relay-url", "http://127.0.0.1:" + here.port());
    assertThatThrownBy(third::startInside)
        .isInstanceOf(CannotRun.class)
        .hasMessageStartingWith("The address http://127.0.0.1:" + here.port() + " is in use by")
        .hasMessageEndingWith(
            "; if that one runs on another machine, say with --relay-url how each is reached.");
  }

  private static boolean namesAStranger(Replica replica) {
    return replica.client().get("/readyz").expect(200).path("other_cluster_secret").size() == 1;
  }

  @Test
  void turnsBackAndForth_areSeenAsOneConversation() {
    var chat = here.client().create("one");
    try (var near = StreamViewer.open(here.client(), chat, Kind.SSE);
        var far = StreamViewer.open(there.client(), chat, Kind.SSE)) {
      for (var text : List.of("two", "three", "four", "five")) {
        near.awaitStatus("waiting");
        far.awaitStatus("waiting");
        var client = text.length() % 2 == 0 ? here.client() : there.client();
        client.send(chat, text).expect(200);
        near.await(text, c -> c.history().contains("assistant: " + text));
        far.await(text, c -> c.history().contains("assistant: " + text));
      }
      near.awaitStatus("waiting");
      far.awaitStatus("waiting");
      near.mustShowWhatIsStored();
      far.mustShowWhatIsStored();
      near.mustAgreeWith(far);
    }
  }
}
