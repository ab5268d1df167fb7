package chatd.server.http;

import static chatd.server.http.Person.content;
import static org.assertj.core.api.Assertions.assertThat;

import chatd.engine.port.StoreException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// A database that is away, or whose answers are lost.
class LostDatabaseTest {
  @RegisterExtension static final ApiServer SERVER = new ApiServer();

  @Test
  void databaseAway_isUnavailable_andTheProcessStillAlive() throws Exception {
    try (var stage = SERVER.stage(ApiStage.Settings.DEFAULT)) {
      var ada = stage.person();
      var chat = ada.newChat();
      stage.backend.cut();
      var reply = chat.get("").refuses(ApiError.UNAVAILABLE);
      assertThat(reply.header("Retry-After")).isEqualTo("1");
      chat.send("hi").refuses(ApiError.UNAVAILABLE);
      ada.post("", content("hi")).refuses(ApiError.UNAVAILABLE);
      stage.send("GET", "/healthz", new byte[0]).is(200);
    }
  }

  @Test
  void commitWithoutAnswer_isRepeatedUnderTheRequestsOwnKey() throws Exception {
    var lossy = new LossyStore();
    try (var stage = SERVER.stage(ApiStage.Settings.DEFAULT.withStore(lossy::around))) {
      var ada = stage.person();
      var chat = ada.newChat().answered();
      lossy.loseAnswers(1);
      var sent = chat.send("hi").is(200);
      assertThat(sent.header("Idempotency-Replayed")).isEmpty();
      assertThat(chat.worker().visible()).hasSize(3);
      lossy.loseAnswers(1);
      ada.post("", content("once")).is(201);
      assertThat(ada.get("").elements()).hasSize(2);
    }
  }

  @Test
  void commitWithoutAnswer_again_isUnavailable_andMayBeRepeatedByTheClient() throws Exception {
    var lossy = new LossyStore();
    try (var stage = SERVER.stage(ApiStage.Settings.DEFAULT.withStore(lossy::around))) {
      var chat = stage.person().newChat().answered();
      lossy.loseAnswers(2);
      var key = new String[] {"Idempotency-Key", "k"};
      chat.post("/messages", content("hi"), key).refuses(ApiError.UNAVAILABLE);
      var reply = chat.post("/messages", content("hi"), key).is(200);
      assertThat(reply.header("Idempotency-Replayed")).isEqualTo("true");
      assertThat(chat.worker().visible()).hasSize(3);
    }
  }

  @Test
  void commandWithoutKey_isNotRepeated() throws Exception {
    var lossy = new LossyStore();
    try (var stage = SERVER.stage(ApiStage.Settings.DEFAULT.withStore(lossy::around))) {
      var chat = stage.person().newChat().taken();
      lossy.loseAnswers(1);
      chat.post("/interrupt", "").refuses(ApiError.UNAVAILABLE);
      chat.post("/interrupt", "").is(200);
    }
  }

  @Test
  void databaseThatRefuses_isAnError() throws Exception {
    var lossy = new LossyStore();
    try (var stage = SERVER.stage(ApiStage.Settings.DEFAULT.withStore(lossy::around))) {
      var chat = stage.person().newChat();
      lossy.breakWith(StoreException.Kind.BROKEN);
      chat.post("/interrupt", "").refuses(ApiError.INTERNAL);
      lossy.breakWith(StoreException.Kind.UNAVAILABLE);
      chat.post("/interrupt", "").refuses(ApiError.UNAVAILABLE);
    }
  }
}
