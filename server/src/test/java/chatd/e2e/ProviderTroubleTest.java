package chatd.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import chatd.e2e.StreamSocket.Kind;
import chatd.server.model.Script;
import chatd.server.postgres.embedded.TestPostgres;
import chatd.strict.StrictClient;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// A provider that refuses, is overloaded or goes away, seen through the eyes of viewers.
class ProviderTroubleTest {
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

  @Test
  void providerError_refusedKey_failsAtOnceAndRetryRunsAgain() {
    stage.answer("wrong key", Script.status(401, "{\"error\":{\"message\":\"no such key\"}}"));
    var chat = user.create("wrong key");
    try (var viewer = StreamViewer.open(user, chat, Kind.WEB_SOCKET)) {
      viewer.await("the failure", c -> c.is("error") && c.error() != null);
      assertThat(viewer.<String>get(StrictClient::errorKind)).isEqualTo("auth");
      user.retry(chat).expect(200);
      viewer.await("the answer", c -> c.is("waiting") && c.messages().size() == 2);
      assertThat(viewer.<Boolean>get(c -> c.error() == null)).isTrue();
      var refused = user.retry(chat).expect(409);
      assertThat(refused.path("message").asString()).isEqualTo("Chat is not in a failed state.");
      viewer.mustShowWhatIsStored();
    }
  }

  @Test
  void providerError_overloaded_isAnnouncedAndTriedAgain() {
    stage.answer(
        "overloaded",
        Script.status(429, "{\"error\":{\"message\":\"slow down\"}}", "Retry-After", "1"));
    var chat = user.create("overloaded");
    try (var viewer = StreamViewer.open(user, chat, Kind.SSE)) {
      viewer.await("the retry", c -> c.retry() != null);
      assertThat(viewer.<String>get(StrictClient::retryKind)).isEqualTo("rate_limit");
      assertThat(viewer.<Boolean>get(c -> c.is("running", "retrying"))).isTrue();
      viewer.await("the answer", c -> c.is("waiting") && c.messages().size() == 2);
      viewer.mustShowWhatIsStored();
    }
  }

  @Test
  void providerDrop_inMidText_showsNothingOfTheFailedAttemptAgain() {
    var gate = new CountDownLatch(1);
    stage.answer(
        "dropped", Script.begin().text("Lost").pause(gate).close(), Script.answer("Found"));
    var chat = user.create("dropped");
    try (var viewer = StreamViewer.open(user, chat, Kind.WEB_SOCKET)) {
      viewer.awaitPreview("Lost");
      gate.countDown();
      viewer.await("the retry", c -> c.retry() != null);
      try (var late = StreamViewer.open(user, chat, Kind.SSE)) {
        late.await("the retry", c -> c.retry() != null);
        viewer.await("the answer", c -> c.is("waiting") && c.messages().size() == 2);
        late.awaitStatus("waiting");
        assertThat(late.<String>get(c -> c.seen().toString())).doesNotContain("Lost");
      }
      assertThat(viewer.history()).containsExactly("user: dropped", "assistant: Found");
      viewer.mustShowWhatIsStored();
    }
  }

  @Test
  void retry_withACursorOfTheFailedAttempt_showsNoneOfItsParts() {
    var gate = new CountDownLatch(1);
    stage.answer(
        "fail then retry",
        Script.begin()
            .text("Gone", " too")
            .pause(gate)
            .event("{\"error\":{\"message\":\"bad\",\"code\":400}}"),
        Script.begin().text("Here").hang());
    var chat = user.create("fail then retry");
    try (var viewer = StreamViewer.open(user, chat, Kind.WEB_SOCKET)) {
      viewer.awaitPreview("Gone too").leave();
      gate.countDown();
      awaitStatus(chat, "error");
      viewer.connect().await("the failure", c -> c.error() != null);
      viewer.leave();
      user.retry(chat).expect(200);
      viewer.connect().awaitPreview("Here");
      user.interrupt(chat).expect(200);
      viewer.awaitStatus("waiting");
      viewer.mustShowWhatIsStored();
    }
  }

  private static void awaitStatus(String chat, String status) {
    try (var other = StreamViewer.open(user, chat, Kind.WEB_SOCKET)) {
      other.awaitStatus(status);
    }
  }
}
