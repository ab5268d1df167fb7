package chatd.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import chatd.e2e.StreamSocket.Kind;
import chatd.server.model.Script;
import chatd.server.postgres.embedded.TestPostgres;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// What a stream begins with, in each state of a chat: for a client that knows nothing, and for one
/// that knows everything.
class FirstSyncTest {
  @RegisterExtension static final TestPostgres POSTGRES = new TestPostgres();

  private static Stage stage;
  private static Replica replica;
  private static ApiClient user;

  @BeforeAll
  static void start() {
    stage = Stage.with(POSTGRES);
    replica = stage.setup("--max-streams-per-user", "1000").startInside();
    user = replica.client();
  }

  @AfterAll
  static void stop() {
    replica.close();
    stage.close();
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void idle(Kind kind) {
    var chat = user.create("idle " + kind);
    try (var viewer = StreamViewer.open(user, chat, kind)) {
      viewer.await("the answer", c -> c.is("waiting") && c.messages().size() == 2);
    }
    expectFirst(
        chat,
        kind,
        List.of("message", "message", "queue_update", "status", "preview_reset"),
        List.of("queue_update", "status"));
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void running_withAQueue(Kind kind) {
    var question = "running " + kind;
    stage.answer(question, Script.begin().text("Shown").hang());
    var chat = user.create(question);
    try (var viewer = StreamViewer.open(user, chat, kind)) {
      viewer.awaitPreview("Shown");
      user.send(chat, "queued " + kind).expect(200);
      expectFirst(
          chat,
          kind,
          List.of("message", "queue_update", "status", "preview_reset", "message_part"),
          List.of("queue_update", "status"));
      user.interrupt(chat).expect(200);
      viewer.awaitStatus("waiting");
    }
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void retrying(Kind kind) {
    var question = "retrying " + kind;
    var gate = new CountDownLatch(1);
    stage.answer(
        question,
        Script.begin()
            .text("Void")
            .pause(gate)
            .event("{\"error\":{\"message\":\"later\",\"code\":529}}"),
        Script.status(503, "{\"error\":{\"message\":\"later\"}}", "Retry-After", "500"));
    var chat = user.create(question);
    try (var viewer = StreamViewer.open(user, chat, kind)) {
      viewer.awaitPreview("Void");
      gate.countDown();
      viewer.await(
          "the long retry",
          c -> c.retry() != null && c.retry().path("delay_ms").asLong() == 500_000);
      expectFirst(
          chat,
          kind,
          List.of("message", "queue_update", "status", "retry", "preview_reset"),
          List.of("queue_update", "status", "retry"));
      user.interrupt(chat).expect(200);
      viewer.awaitStatus("waiting");
    }
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void error_withAQueue(Kind kind) {
    var question = "error " + kind;
    var gate = new CountDownLatch(1);
    stage.answer(
        question,
        Script.begin()
            .text("Void")
            .pause(gate)
            .event("{\"error\":{\"message\":\"bad\",\"code\":400}}"));
    var chat = user.create(question);
    try (var viewer = StreamViewer.open(user, chat, kind)) {
      viewer.awaitPreview("Void");
      user.send(chat, "queued behind an error").expect(200);
      gate.countDown();
      viewer.awaitStatus("error");
    }
    expectFirst(
        chat,
        kind,
        List.of("message", "queue_update", "status", "error", "preview_reset"),
        List.of("queue_update", "status", "error"));
  }

  /// A first sync for a client without numbers, and then one for the same client again.
  private static void expectFirst(
      String chat, Kind kind, List<String> unknown, List<String> known) {
    try (var viewer = StreamViewer.open(user, chat, kind)) {
      viewer.await(unknown.toString(), c -> c.types().size() >= unknown.size());
      assertThat(viewer.types()).isEqualTo(unknown);
      viewer.leave().connect();
      viewer.await(known.toString(), c -> c.types().size() >= known.size());
      assertThat(viewer.types()).isEqualTo(known);
    }
  }
}
