package chatd.server.http;

import static chatd.server.http.Person.content;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class IdempotencyTest {
  @RegisterExtension static final ApiServer SERVER = new ApiServer();

  private static final String KEY = "Idempotency-Key";

  private Person ada;
  private String key;

  @BeforeEach
  void signIn() {
    ada = SERVER.stage().person();
    key = UUID.randomUUID().toString();
  }

  private static void isReplayOf(Reply first, Reply reply) {
    reply.is(first.status());
    assertThat(reply.body()).isEqualTo(first.body());
    assertThat(reply.header("Idempotency-Replayed")).isEqualTo("true");
    assertThat(first.header("Idempotency-Replayed")).isEmpty();
  }

  @Test
  void create_repeated_isOneChat_onEitherMount() {
    var first = ada.post("", content("hi"), KEY, key).is(201);
    isReplayOf(first, ada.post("", content("hi"), KEY, key));
    isReplayOf(first, ada.on(Person.EXPERIMENTAL).post("/", content("hi"), KEY, key));
    assertThat(ada.get("").elements()).hasSize(1);
  }

  @Test
  void send_repeated_isOneMessage() {
    var chat = ada.newChat().answered();
    var first = chat.post("/messages", content("hi"), KEY, key).is(200);
    isReplayOf(first, chat.post("/messages", content("hi"), KEY, key));
    assertThat(chat.worker().visible()).hasSize(3);
  }

  @Test
  void send_repeatedWhenItWouldBeRefused_isStillAnswered() {
    var chat = ada.newChat().answered();
    var body = content("hi", "\"busy_behavior\":\"reject\"");
    var first = chat.post("/messages", body, KEY, key).is(200);
    chat.post("/messages", body).refuses(ApiError.CHAT_BUSY);
    isReplayOf(first, chat.post("/messages", body, KEY, key));
  }

  @Test
  void send_repeatedWhenItsModelIsGone_isStillAnswered() {
    var chat = ada.newChat().answered();
    var body = content("hi", "\"model_config_id\":\"" + TestModels.MODEL.id() + "\"");
    var first = chat.post("/messages", body, KEY, key).is(200);
    SERVER.stage().models.isOffered = false;
    try {
      chat.post("/messages", body).refuses(ApiError.MODEL_CONFIG_INVALID);
      isReplayOf(first, chat.post("/messages", body, KEY, key));
    } finally {
      SERVER.stage().models.isOffered = true;
    }
  }

  @Test
  void send_repeatedWhenItsChatIsGone_isNotFound() {
    var chat = ada.newChat().answered();
    var body = content("hi", "\"model_config_id\":\"" + TestModels.MODEL.id() + "\"");
    chat.post("/messages", body, KEY, key).is(200);
    chat.answered().delete("").is(204);
    chat.post("/messages", body, KEY, key).refuses(ApiError.NOT_FOUND);
    SERVER.stage().models.isOffered = false;
    try {
      chat.post("/messages", body, KEY, key).refuses(ApiError.NOT_FOUND);
    } finally {
      SERVER.stage().models.isOffered = true;
    }
  }

  @Test
  void edit_repeated_isOneEdit_althoughTheMessageIsGone() {
    var chat = ada.newChat().answered();
    var path = "/messages/" + chat.worker().visible().getFirst().id();
    var first = chat.patch(path, content("other"), KEY, key).is(200);
    isReplayOf(first, chat.patch(path, content("other"), KEY, key));
    chat.patch(path, content("other")).refuses(ApiError.MESSAGE_NOT_FOUND);
  }

  @Test
  void key_withAnotherRequest_isReused() {
    var chat = ada.newChat().answered();
    chat.post("/messages", content("hi"), KEY, key).is(200);
    chat.post("/messages", content("hi "), KEY, key).refuses(ApiError.IDEMPOTENCY_KEY_REUSED);
    ada.newChat()
        .post("/messages", content("hi"), KEY, key)
        .refuses(ApiError.IDEMPOTENCY_KEY_REUSED);
    ada.post("", content("hi"), KEY, key).refuses(ApiError.IDEMPOTENCY_KEY_REUSED);
    var path = "/messages/" + chat.worker().visible().getFirst().id();
    chat.patch(path, content("hi"), KEY, key).refuses(ApiError.IDEMPOTENCY_KEY_REUSED);
  }

  @Test
  void key_withAnotherRequest_isReusedBeforeItsFieldsAreLookedAt() {
    ada.post("", content("hi"), KEY, key).is(201);
    ada.post("", "{}", KEY, key).refuses(ApiError.IDEMPOTENCY_KEY_REUSED);
    ada.post("", "{", KEY, key).refuses(ApiError.BODY_NOT_JSON);
  }

  @Test
  void key_ofARefusedRequest_isFree() {
    ada.post("", "{}", KEY, key).refuses(ApiError.CONTENT_REQUIRED);
    ada.post("", content("hi"), KEY, key).is(201);
    var chat = ada.newChat();
    var reject = content("hi", "\"busy_behavior\":\"reject\"");
    var other = UUID.randomUUID().toString();
    chat.post("/messages", reject, KEY, other).refuses(ApiError.CHAT_BUSY);
    chat.answered();
    var second = chat.post("/messages", reject, KEY, other).is(200);
    assertThat(second.header("Idempotency-Replayed")).isEmpty();
  }

  @Test
  void key_ofAnotherUser_isAnotherKey() {
    var first = ada.post("", content("hi"), KEY, key).is(201);
    var other = SERVER.stage().person().post("", content("hi"), KEY, key).is(201);
    assertThat(other.text("id")).isNotEqualTo(first.text("id"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"a b", "", "a\tb"})
  void key_malformed_isRefused(String malformed) {
    ada.post("", content("hi"), KEY, malformed).refuses(ApiError.IDEMPOTENCY_KEY_INVALID);
  }

  @Test
  void key_atItsLimit_isTaken_andOverItRefused() {
    ada.post("", content("hi"), KEY, "k".repeat(128)).is(201);
    ada.post("", content("hi"), KEY, "k".repeat(129)).refuses(ApiError.IDEMPOTENCY_KEY_INVALID);
  }

  @Test
  void tenAtOnce_haveOneEffectAndOneAnswer() throws Exception {
    var chat = ada.newChat().answered();
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var sends =
          IntStream.range(0, 10)
              .mapToObj(_ ->
                  (Callable<Reply>) () -> chat.post("/messages", content("hi"), KEY, key).is(200))
              .toList();
      var bodies = new HashSet<String>();
      var replayed = 0;
      for (var reply : threads.invokeAll(sends)) {
        bodies.add(reply.get().body());
        replayed += reply.get().header("Idempotency-Replayed").isEmpty() ? 0 : 1;
      }
      assertThat(bodies).hasSize(1);
      assertThat(replayed).isEqualTo(9);
    }
    assertThat(chat.worker().visible()).hasSize(3);
  }

  @Test
  void tenCreationsAtOnce_makeOneChat() throws Exception {
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var creations =
          IntStream.range(0, 10)
              .mapToObj(_ -> (Callable<Reply>) () -> ada.post("", content("hi"), KEY, key).is(201))
              .toList();
      var ids = new HashSet<String>();
      for (var reply : threads.invokeAll(creations)) {
        ids.add(reply.get().text("id"));
      }
      assertThat(ids).hasSize(1);
    }
    assertThat(ada.get("").elements()).hasSize(1);
  }
}
