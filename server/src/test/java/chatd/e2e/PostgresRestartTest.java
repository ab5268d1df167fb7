package chatd.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import chatd.e2e.StreamSocket.Kind;
import chatd.server.model.Script;
import chatd.server.postgres.embedded.TestServer;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// PostgreSQL itself ends and is started again on the same data and port, under three replicas that
/// are at work. Nobody is declared dead, no message is lost, and viewers go on where they are.
@Tag("slow")
@Timeout(120)
class PostgresRestartTest {
  /// What was committed is with the system, so it outlives the server.
  private static final List<String> SETTINGS = List.of("fsync=off", "full_page_writes=off");

  private static TestServer postgres;
  private static Stage stage;
  private static Cluster cluster;

  @BeforeAll
  static void start() {
    postgres = TestServer.start(SETTINGS);
    stage = Stage.with(postgres.createDatabase());
    cluster = Cluster.start(stage, 3);
  }

  @AfterAll
  static void stop() throws IOException {
    cluster.close();
    stage.close();
    postgres.close();
  }

  @Test
  void postgres_crashesInMidAnswer_theSameAttemptGoesOnAndIsCommittedOnce() {
    var gate = new CountDownLatch(1);
    stage.answer(
        "crash",
        Script.begin().text("Once").pause(gate).text(" upon").finish("stop").done(),
        Script.answer("a second attempt"));
    var ids = cluster.ids();
    var chat = cluster.get(0).client().create("crash");
    var viewers = watch(chat);
    viewers.forEach(viewer -> viewer.awaitPreview("Once"));

    postgres.crash();
    gate.countDown();
    viewers.forEach(viewer -> viewer.awaitPreview("Once upon")); // No part needs the database.
    for (var i = 0; i < 3; i++) {
      sendUntilTaken(cluster.get(i).client(), chat, "crash, " + i);
    }

    for (var viewer : viewers) {
      viewer.await("all answers", c -> c.is("waiting") && c.messages().size() == 8);
      assertThat(viewer.history())
          .containsExactly(
              "user: crash",
              "assistant: Once upon",
              "user: crash, 0",
              "assistant: crash, 0",
              "user: crash, 1",
              "assistant: crash, 1",
              "user: crash, 2",
              "assistant: crash, 2");
      assertThat(viewer.types()).doesNotContain("history_reset");
      viewer.mustShowWhatIsStored();
    }
    cluster.mustAllLive(ids);
    agreeAndLeave(viewers);
  }

  @Test
  void postgres_awayForLongerThanALease_theTurnIsRunAgainByItsOwner() throws InterruptedException {
    var gate = new CountDownLatch(1);
    stage.answer(
        "away",
        Script.paced(Duration.ofMillis(100), 10_000, () -> "x"),
        Script.begin().text("Better").pause(gate).text(" so").finish("stop").done());
    var ids = cluster.ids();
    var chat = cluster.get(0).client().create("away");
    var worker = cluster.worker();
    var viewers = watch(chat);
    viewers.forEach(viewer -> viewer.await("parts", c -> c.last() > 0));
    var request = stage.request("away");

    postgres.stop();
    // It breaks the attempt off when nobody can vouch any more that it is alive.
    assertThat(request.isClosedByClient(Cluster.PATIENCE)).isTrue();
    var late = cluster.othersThan(worker).getFirst();
    late.pause();
    postgres.startAgain();

    // It has beaten and looked around by now, and has not judged who was not back as soon.
    viewers.get(cluster.indexOf(worker)).awaitPreview("Better");
    late.resume();
    viewers.forEach(viewer -> viewer.awaitPreview("Better"));
    cluster.awaitReady();
    cluster.mustAllLive(ids);
    assertThat(cluster.worker()).isEqualTo(worker);
    gate.countDown();
    for (var viewer : viewers) {
      viewer.awaitStatus("waiting");
      assertThat(viewer.history()).containsExactly("user: away", "assistant: Better so");
      viewer.mustShowWhatIsStored();
    }
    agreeAndLeave(viewers);
  }

  /// A viewer at each replica.
  private static List<StreamViewer> watch(String chat) {
    var viewers = new ArrayList<StreamViewer>();
    for (var replica : cluster.living()) {
      viewers.add(StreamViewer.open(replica.client(), chat, Kind.WEB_SOCKET));
    }
    return viewers;
  }

  private static void agreeAndLeave(List<StreamViewer> viewers) {
    viewers.forEach(viewer -> viewer.mustAgreeWith(viewers.getFirst()));
    viewers.forEach(StreamViewer::close);
  }

  /// As clients do: while nobody knows whether a message arrived, it is sent again with its key.
  private static void sendUntilTaken(ApiClient user, String chat, String text) {
    await()
        .atMost(Cluster.PATIENCE)
        .until(() -> user.sendOnce(chat, text, text), answer -> answer.status() != 503)
        .expect(200);
  }
}
