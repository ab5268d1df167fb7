package chatd.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Messages that wait.
class QueueTest {
  @RegisterExtension static final ApiServer SERVER = new ApiServer();

  private Person ada;
  private OneChat chat;

  @BeforeEach
  void create() {
    ada = SERVER.stage().person();
    chat = ada.newChat().taken();
  }

  private long enqueued(String text) {
    return chat.send(text).is(200).number("queued_message", "id");
  }

  private List<Long> queue() {
    var page = chat.get("/messages");
    return IntStream.range(0, page.elements("queued_messages").size())
        .mapToObj(i -> page.number("queued_messages", i, "id"))
        .toList();
  }

  @Test
  void queue_keepsItsOrder() {
    var first = enqueued("a");
    var second = enqueued("b");
    assertThat(queue()).containsExactly(first, second);
  }

  @Test
  void queue_takesTwenty_andNoMore() {
    for (var i = 0; i < 20; i++) {
      enqueued("m" + i);
    }
    chat.send("too many")
        .refuses(ApiError.QUEUE_FULL)
        .withDetail("Maximum 20 messages can be queued.");
    assertThat(queue()).hasSize(20);
  }

  @Test
  void queue_takesThreeMebibytes_andNoMore() {
    var large = "x".repeat(240 * 1024);
    for (var i = 0; i < 13; i++) {
      chat.send(large);
    }
    chat.send(large)
        .refuses(ApiError.QUEUE_FULL)
        .withDetail("Queued messages may hold at most 3 MiB together.");
    assertThat(queue().size()).isBetween(12, 13);
    enqueued("a small one fits");
  }

  @ParameterizedTest
  @ValueSource(strings = {Person.V2, Person.EXPERIMENTAL})
  void delete_takesItBack_once(String mount) {
    var id = enqueued("a");
    var path = chat.path() + "/queue/" + id;
    assertThat(ada.on(mount).delete(path).is(204).body()).isEmpty();
    assertThat(queue()).isEmpty();
    ada.on(mount).delete(path).refuses(ApiError.QUEUED_MESSAGE_NOT_FOUND);
    ada.on(mount).post(path + "/promote", "").refuses(ApiError.QUEUED_MESSAGE_NOT_FOUND);
  }

  @Test
  void promote_whileRunning_isAccepted_andStopsTheTurn() {
    enqueued("a");
    var second = enqueued("b");
    var reply = chat.post("/queue/" + second + "/promote", "").is(202);
    assertThat(reply.body()).isEqualTo("{\"message\":\"Queued message promotion accepted.\"}");
    assertThat(queue().getFirst()).isEqualTo(second);
    assertThat(chat.get("").text("phase")).isEqualTo("interrupting");
    var before = chat.snapshot();
    chat.post("/queue/" + second + "/promote", "").is(202);
    assertThat(chat.snapshot()).isEqualTo(before); // It is the head already.
  }

  @ParameterizedTest
  @ValueSource(strings = {Person.V2, Person.EXPERIMENTAL})
  void promote_afterAFailure_isTheMessage(String mount) {
    enqueued("a");
    var second = enqueued("b");
    chat.failed();
    var reply = ada.on(mount).post(chat.path() + "/queue/" + second + "/promote", "").is(200);
    StrictReader.message(reply.json());
    assertThat(reply.text("content", 0, "text")).isEqualTo("b");
    assertThat(queue()).hasSize(1);
    assertThat(chat.get("").text("status")).isEqualTo("running");
  }

  @Test
  void promote_whenNobodyHasTheTurn_isTheMessage() {
    var other = ada.newChat();
    var id = other.send("b").is(200).number("queued_message", "id");
    var reply = other.post("/queue/" + id + "/promote", "").is(200);
    assertThat(reply.text("content", 0, "text")).isEqualTo("b");
  }

  @Test
  void promote_whileTheClientIsWaitedFor_isTheMessage_afterTheCancelledCall() {
    var other = ada.newChat().waitingForClient();
    var id = other.send("b").is(200).number("queued_message", "id");
    var reply = other.post("/queue/" + id + "/promote", "").is(200);
    assertThat(reply.text("content", 0, "text")).isEqualTo("b");
    var page = other.get("/messages");
    assertThat(page.text("messages", 0, "role")).isEqualTo("user");
    assertThat(page.text("messages", 1, "role")).isEqualTo("tool");
    assertThat(page.text("messages", 1, "content", 0, "is_error")).isEqualTo("true");
    page.elements("messages").forEach(StrictReader::message);
  }

  @Test
  void queuedMessage_ofAnotherChat_isNotFound() {
    var id = enqueued("a");
    ada.newChat().delete("/queue/" + id).refuses(ApiError.QUEUED_MESSAGE_NOT_FOUND);
    assertThat(queue()).containsExactly(id);
  }
}
