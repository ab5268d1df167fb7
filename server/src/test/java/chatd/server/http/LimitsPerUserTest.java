package chatd.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import chatd.core.chat.Phase;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// One user with too much going on, beside others.
class LimitsPerUserTest {
  @RegisterExtension static final ApiServer SERVER = new ApiServer();

  private static ApiStage stage;

  @BeforeAll
  static void start() {
    stage = SERVER.stage(ApiStage.Settings.DEFAULT.with(new UserLimits.Bounds(2, 3)));
  }

  @AfterAll
  static void stop() throws Exception {
    stage.close();
  }

  private static RawRequest stream(OneChat chat) {
    var person = chat.person();
    return RawRequest.upgrade(
        stage.port(),
        person.mount() + chat.path() + "/stream",
        "Authorization: Bearer " + person.token());
  }

  @Test
  void streams_oneMoreThanAllowed_isRefused_untilOneEnds() throws Exception {
    var chat = stage.person().newChat();
    try (var first = stream(chat);
        var second = stream(chat)) {
      assertThat(List.of(first.status(), second.status())).containsExactly(101, 101);
      try (var third = stream(chat)) {
        assertThat(third.status()).isEqualTo(429);
        assertThat(third.head()).contains("Retry-After: 1");
      }
      var person = chat.person();
      // Before the chat is looked for, and before its id is read.
      person
          .call("GET", "/" + UUID.randomUUID() + "/stream", "")
          .refuses(ApiError.TOO_MANY_REQUESTS);
      person.call("GET", "/x/stream", "").refuses(ApiError.TOO_MANY_REQUESTS);
      chat.get("").is(200);
      try (var others = stream(stage.person().newChat())) {
        assertThat(others.status()).isEqualTo(101);
      }
      first.hangUp();
      Awaitility.await()
          .atMost(Duration.ofSeconds(20))
          .until(() -> {
            try (var again = stream(chat)) {
              return again.status() == 101;
            }
          });
    }
  }

  @Test
  void requests_oneMoreThanAllowed_isRefused_andHasNoEffect() throws Exception {
    var ada = stage.person();
    var chats = List.of(ada.newChat(), ada.newChat(), ada.newChat());
    chats.forEach(OneChat::taken);
    var rest = ada.newChat();
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var waiting =
          chats.stream()
              .map(chat ->
                  CompletableFuture.supplyAsync(
                      () -> chat.post("/interrupt?wait=committed", ""), threads))
              .toList();
      Awaitility.await()
          .atMost(Duration.ofSeconds(20))
          .until(() ->
              chats.stream().allMatch(chat -> chat.worker().row().phase() == Phase.INTERRUPTING));
      var reply = rest.send("no").refuses(ApiError.TOO_MANY_REQUESTS);
      assertThat(reply.header("Retry-After")).isEqualTo("1");
      ada.get("/x").refuses(ApiError.TOO_MANY_REQUESTS);
      ada.callAt("GET", "/api/v2/nothing", "").refuses(ApiError.ROUTE_NOT_FOUND);
      stage.person().get("").is(200);
      chats.forEach(chat -> chat.stopped("partial"));
      Awaitility.await()
          .atMost(Duration.ofSeconds(30))
          .until(() -> {
            stage.time.advance(Duration.ofSeconds(1));
            return waiting.stream().allMatch(CompletableFuture::isDone);
          });
    }
    assertThat(rest.get("/messages").elements("queued_messages")).isEmpty();
    rest.send("yes").is(200);
  }

  @Test
  void openStream_isNoRequestInProgress() throws Exception {
    var chat = stage.person().newChat();
    try (var _ = stream(chat);
        var _ = stream(chat)) {
      for (var i = 0; i < 10; i++) {
        chat.get("").is(200);
      }
    }
  }
}
