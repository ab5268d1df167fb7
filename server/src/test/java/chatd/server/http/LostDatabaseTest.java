package chatd.server.http;

import static chatd.server.http.Person.content;
import static org.assertj.core.api.Assertions.assertThat;

import chatd.engine.port.StoreException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// A database that is away, or whose answers are lost.
class LostDatabaseTest {
  @RegisterExtension static final ApiServer SERVER = new ApiServer();

  private static final LossyStore LOSSY = new LossyStore();

  private static ApiStage stage;

  @BeforeAll
  static void start() {
    stage = SERVER.stage(ApiStage.Settings.DEFAULT.withStore(LOSSY::around));
  }

  @AfterAll
  static void stop() throws Exception {
    stage.close();
  }

  @Test
  void databaseAway_isUnavailable_andTheProcessStillAlive() throws Exception {
    try (var other = SERVER.stage(ApiStage.Settings.DEFAULT)) {
      var ada = other.person();
      var chat = ada.newChat();
      other.backend.cut();
      var reply = chat.get("").refuses(ApiError.UNAVAILABLE);
      assertThat(reply.header("Retry-After")).isEqualTo("1");
      chat.send("hi").refuses(ApiError.UNAVAILABLE);
      ada.post("", content("hi")).refuses(ApiError.UNAVAILABLE);
      other.send("GET", "/healthz", new byte[0]).is(200);
    }
  }

  @Test
  void commitWithoutAnswer_isRepeatedUnderTheRequestsOwnKey() {
    var ada = stage.person();
    var chat = ada.newChat().answered();
    LOSSY.loseAnswers(1);
    var sent = chat.send("hi").is(200);
    assertThat(sent.header("Idempotency-Replayed")).isEmpty();
    assertThat(chat.worker().visible()).hasSize(3);
    LOSSY.loseAnswers(1);
    chat.patch("/messages/" + chat.worker().visible().getFirst().id(), content("other")).is(200);
    assertThat(chat.worker().visible()).hasSize(1);
    LOSSY.loseAnswers(1);
    ada.post("", content("once")).is(201);
    assertThat(ada.get("").elements()).hasSize(2);
  }

  @Test
  void commitWithoutAnswer_again_isUnavailable_andMayBeRepeatedByTheClient() {
    var chat = stage.person().newChat().answered();
    LOSSY.loseAnswers(2);
    var key = new String[] {"Idempotency-Key", "k"};
    chat.post("/messages", content("hi"), key).refuses(ApiError.UNAVAILABLE);
    var reply = chat.post("/messages", content("hi"), key).is(200);
    assertThat(reply.header("Idempotency-Replayed")).isEqualTo("true");
    assertThat(chat.worker().visible()).hasSize(3);
  }

  @Test
  void commandWithoutKey_isNotRepeated() {
    var chat = stage.person().newChat().taken();
    LOSSY.loseAnswers(1);
    chat.post("/interrupt", "").refuses(ApiError.UNAVAILABLE);
    chat.post("/interrupt", "").is(200);
  }

  @Test
  void databaseThatRefuses_isAnError() {
    var chat = stage.person().newChat();
    LOSSY.breakWith(StoreException.Kind.BROKEN);
    chat.post("/interrupt", "").refuses(ApiError.INTERNAL);
    LOSSY.breakWith(StoreException.Kind.UNAVAILABLE);
    chat.post("/interrupt", "").refuses(ApiError.UNAVAILABLE);
    LOSSY.breakWith(null);
  }
}
