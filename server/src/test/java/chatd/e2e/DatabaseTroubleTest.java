package chatd.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import chatd.e2e.StreamSocket.Kind;
import chatd.server.model.Script;
import chatd.server.postgres.embedded.TestPostgres;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// All connections to the database break while answers are streamed. No stream ends, and nothing is
/// lost.
class DatabaseTroubleTest {
  @RegisterExtension static final TestPostgres POSTGRES = new TestPostgres();

  /// As many connections as a server keeps: each may be found broken once.
  private static final int SENDS_MAX = 20;

  private static Stage stage;
  private static Replica replica;
  private static ApiClient user;

  @BeforeAll
  static void start() {
    stage = Stage.with(POSTGRES);
    replica = stage.setup().startInside();
    user = replica.client();
  }

  @AfterAll
  static void stop() {
    replica.close();
    stage.close();
  }

  @Test
  void connectionsBreak_inMidAnswer_partsFlowOnAndTheAnswerIsCommitted() {
    var broken = new CountDownLatch(1);
    var shown = new CountDownLatch(1);
    stage.answer(
        "trouble",
        Script.begin()
            .text("Before")
            .pause(broken)
            .text(" and after")
            .pause(shown)
            .finish("stop")
            .done());
    var chat = user.create("trouble");
    try (var webSocket = StreamViewer.open(user, chat, Kind.WEB_SOCKET);
        var events = StreamViewer.open(user, chat, Kind.SSE)) {
      var viewers = List.of(webSocket, events);
      viewers.forEach(viewer -> viewer.awaitPreview("Before"));
      stage.breakDatabaseConnections();
      broken.countDown();
      viewers.forEach(viewer -> viewer.awaitPreview("Before and after"));
      stage.breakDatabaseConnections();
      shown.countDown();
      for (var viewer : viewers) {
        viewer.awaitStatus("waiting");
        assertThat(viewer.history())
            .containsExactly("user: trouble", "assistant: Before and after");
        viewer.mustShowWhatIsStored();
      }
    }
  }

  @Test
  void connectionsBreak_whileNothingHappens_theNextMessageIsAnswered() {
    var chat = user.create("quiet");
    try (var viewer = StreamViewer.open(user, chat, Kind.WEB_SOCKET)) {
      viewer.await("the answer", c -> c.is("waiting") && c.messages().size() == 2);
      stage.breakDatabaseConnections();
      sendUntilAnswered(chat, "still there");
      viewer.await("the answer", c -> c.is("waiting") && c.messages().size() == 4);
      assertThat(viewer.history()).endsWith("user: still there", "assistant: still there");
      viewer.mustShowWhatIsStored();
    }
  }

  /// As clients do: while nobody knows whether a message arrived, it is sent again with its key.
  private static void sendUntilAnswered(String chat, String text) {
    for (var i = 0; i < SENDS_MAX; i++) {
      var answer = user.sendOnce(chat, text, text);
      if (answer.status() != 503) {
        answer.expect(200);
        return;
      }
    }
    throw new AssertionError("the database is still not reachable");
  }
}
