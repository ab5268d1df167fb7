package chatd.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import chatd.e2e.StreamSocket.Kind;
import chatd.server.model.Script;
import chatd.server.postgres.embedded.TestPostgres;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/// Replicas in processes of their own: the one that asked the client to run a tool is killed, and
/// another one takes the results, or sees that none came in time.
@Tag("slow")
@Timeout(120)
class ClientToolsTakeoverTest {
  @RegisterExtension static final TestPostgres POSTGRES = new TestPostgres();

  private static Stage stage;
  private static Cluster cluster;

  @BeforeAll
  static void start() {
    stage = Stage.with(POSTGRES);
    cluster = Cluster.start(stage, 2, "--client-tool-timeout", "12s");
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

  /// A chat that waits for its client; the replica that ran its turn is dead.
  private static String orphaned(String question) {
    var gate = new CountDownLatch(1);
    stage.answer(
        question,
        Script.begin()
            .text("Let me see.")
            .pause(gate)
            .call(0, "c1", "pick", "{}")
            .finish("tool_calls")
            .done(),
        Script.answer("I see."));
    var chat = cluster.get(0).client().createWithTools(question, "pick");
    var worker = cluster.worker();
    try (var viewer = StreamViewer.open(worker.client(), chat, Kind.WEB_SOCKET)) {
      gate.countDown();
      viewer.await("a call to run", c -> c.calls().size() == 1);
    }
    worker.kill();
    return chat;
  }

  private static ApiClient survivor() {
    return cluster.living().getFirst().client();
  }

  @Test
  void workerKilled_whileTheClientIsWaitedFor_resultsGoToAnother() {
    var chat = orphaned("pick, killed");
    try (var viewer = StreamViewer.open(survivor(), chat, Kind.SSE)) {
      viewer.await("the call to run", c -> c.calls().size() == 1);
      assertThat(survivor().giveResults(chat, "c1").status()).isEqualTo(204);
      viewer.awaitStatus("waiting");
      assertThat(viewer.history())
          .containsExactly(
              "user: pick, killed", "assistant: Let me see.", "tool: ", "assistant: I see.");
      viewer.mustShowWhatIsStored();
    }
  }

  @Test
  void workerKilled_whileTheClientIsWaitedFor_deadlineIsKeptByAnother() {
    var chat = orphaned("pick, late");
    try (var viewer = StreamViewer.open(survivor(), chat, Kind.WEB_SOCKET)) {
      viewer.awaitStatus("waiting");
      assertThat(viewer.history())
          .containsExactly(
              "user: pick, late", "assistant: Let me see.", "tool: ", "assistant: I see.");
      var result = survivor().messages(chat).path("messages").get(1).path("content").get(0);
      assertThat(result.path("is_error").asBoolean()).isTrue();
      assertThat(result.path("result").path("error").asString()).contains("in time");
      assertThat(survivor().giveResults(chat, "c1").status()).isEqualTo(409);
      viewer.mustShowWhatIsStored();
    }
  }
}
