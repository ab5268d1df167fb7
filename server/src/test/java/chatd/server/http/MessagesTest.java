package chatd.server.http;

import static chatd.server.http.Person.content;
import static org.assertj.core.api.Assertions.assertThat;

import chatd.core.chat.ChatCommand.CommitStep.Then;
import chatd.core.message.MessageBody;
import chatd.core.message.Role;
import chatd.core.message.Usage;
import chatd.engine.port.TestChat;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Reading, sending and editing messages.
class MessagesTest {
  @RegisterExtension static final ApiServer SERVER = new ApiServer();

  private Person ada;
  private OneChat chat;

  @BeforeEach
  void create() {
    ada = SERVER.stage().person();
    chat = ada.newChat();
  }

  private List<Long> ids(String query) {
    var page = chat.get("/messages" + query).is(200);
    page.elements("messages").forEach(StrictReader::message);
    page.elements("queued_messages").forEach(StrictReader::queuedMessage);
    return IntStream.range(0, page.elements("messages").size())
        .mapToObj(i -> page.number("messages", i, "id"))
        .toList();
  }

  private long firstId() {
    return chat.worker().visible().getFirst().id();
  }

  @ParameterizedTest
  @ValueSource(strings = {Person.V2, Person.EXPERIMENTAL})
  void page_hasMessagesQueueAndVersion(String mount) {
    chat.taken();
    chat.worker()
        .commit(
            Then.CONTINUE,
            new MessageBody(
                Role.ASSISTANT,
                TestChat.text("done"),
                null,
                TestModels.MODEL.id(),
                new Usage(1L, 2L, 3L, null, null, null, 200_000L)));
    chat.send("waits").is(200);
    var page = ada.on(mount).get(chat.path() + "/messages").is(200);
    assertThat(page.text("messages", 0, "role")).isEqualTo("assistant");
    assertThat(page.text("messages", 0, "usage", "total_tokens")).isEqualTo("3");
    assertThat(page.text("messages", 1, "content", 0, "text")).isEqualTo("first");
    assertThat(page.text("messages", 1, "created_by")).isEqualTo(ada.user().toString());
    assertThat(page.text("queued_messages", 0, "content", 0, "text")).isEqualTo("waits");
    assertThat(page.text("has_more")).isEqualTo("false");
    assertThat(page.number("history_version")).isEqualTo(chat.worker().row().versions().history());
    assertThat(ids("")).hasSize(2);
  }

  @Test
  void pages_descend_andAscendAfterAnId() {
    chat.answered();
    chat.send("second").is(200);
    chat.answered();
    var all = chat.worker().visible().stream().map(message -> message.id()).toList();
    assertThat(ids("")).isEqualTo(all.reversed());
    assertThat(ids("?limit=3")).isEqualTo(all.reversed().subList(0, 3));
    assertThat(ids("?before_id=" + all.get(2))).containsExactly(all.get(1), all.get(0));
    assertThat(ids("?after_id=" + all.get(0) + "&limit=2")).containsExactly(all.get(1), all.get(2));
    assertThat(ids("?after_id=" + all.get(0) + "&before_id=" + all.get(3)))
        .containsExactly(all.get(2), all.get(1));
    assertThat(ids("?after_id=0")).isEqualTo(all);
    assertThat(ids("?before_id=0")).isEmpty();
    assertThat(ids("?after_id=9223372036854775807")).isEmpty();
    assertThat(ids("?before_id=9223372036854775807")).hasSize(4);
    assertThat(chat.get("/messages?limit=3").text("has_more")).isEqualTo("true");
    assertThat(chat.get("/messages?limit=4").text("has_more")).isEqualTo("false");
  }

  @Test
  void queue_isShownWithTheNewestPageOnly() {
    chat.send("waits").is(200);
    assertThat(chat.get("/messages").elements("queued_messages")).hasSize(1);
    assertThat(chat.get("/messages?after_id=0").elements("queued_messages")).isEmpty();
    assertThat(chat.get("/messages?before_id=1").elements("queued_messages")).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "201", "-1", "x", "", "1.0", "9223372036854775808"})
  void limit_invalid_isRefused(String limit) {
    chat.get("/messages?limit=" + limit).refuses(ApiError.LIMIT_INVALID);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "after_id=-1",
        "after_id=x",
        "before_id=9223372036854775808",
        "before_id=",
        "after_id=5&before_id=5",
        "after_id=6&before_id=5",
      })
  void idRange_invalid_isRefused(String query) {
    chat.get("/messages?" + query).refuses(ApiError.QUERY_INVALID);
  }

  @Test
  void send_whenWaiting_isAMessageAtOnce() {
    chat.answered();
    var reply = chat.send("second").is(200);
    assertThat(reply.members()).containsOnlyKeys("message", "queued");
    StrictReader.message(reply.at("message"));
    assertThat(reply.text("queued")).isEqualTo("false");
    assertThat(reply.text("message", "content", 0, "text")).isEqualTo("second");
    assertThat(reply.text("message", "role")).isEqualTo("user");
    assertThat(chat.get("").text("status")).isEqualTo("running");
    assertThat(ids("").getFirst()).isEqualTo(reply.number("message", "id"));
  }

  @Test
  void send_whileRunning_isQueued() {
    chat.taken();
    var reply = chat.send("second", "\"reasoning_effort\":\"low\"").is(200);
    assertThat(reply.members()).containsOnlyKeys("queued_message", "queued");
    StrictReader.queuedMessage(reply.at("queued_message"));
    assertThat(reply.text("queued")).isEqualTo("true");
    assertThat(reply.text("queued_message", "reasoning_effort")).isEqualTo("low");
    assertThat(chat.get("/messages").at("queued_messages", 0))
        .isEqualTo(reply.at("queued_message"));
  }

  @Test
  void send_interrupt_whileRunning_isQueuedAndStopsTheTurn() {
    chat.taken();
    var reply = chat.send("second", "\"busy_behavior\":\"interrupt\"").is(200);
    assertThat(reply.text("queued")).isEqualTo("true");
    assertThat(chat.get("").text("phase")).isEqualTo("interrupting");
    chat.stopped("partial");
    var texts = chat.worker().visible().stream().map(message -> message.body().content()).toList();
    assertThat(texts)
        .containsExactly(TestChat.text("first"), TestChat.text("partial"), TestChat.text("second"));
  }

  @Test
  void send_interrupt_whenNobodyHasTheTurn_isAMessageAtOnce() {
    var reply = chat.send("second", "\"busy_behavior\":\"interrupt\"").is(200);
    assertThat(reply.text("queued")).isEqualTo("false");
    assertThat(reply.text("message", "content", 0, "text")).isEqualTo("second");
    chat.send("third", "\"busy_behavior\":\"queue\"").is(200);
    var behind = chat.send("fourth", "\"busy_behavior\":\"interrupt\"").is(200);
    assertThat(behind.text("queued")).isEqualTo("true");
    assertThat(behind.text("queued_message", "content", 0, "text")).isEqualTo("fourth");
    assertThat(chat.get("/messages").text("messages", 0, "content", 0, "text")).isEqualTo("third");
  }

  @Test
  void send_afterAFailureWithAQueue_letsTheHeadGoFirst() {
    chat.send("waits").is(200);
    chat.failed();
    var reply = chat.send("third").is(200);
    assertThat(reply.text("queued")).isEqualTo("true");
    assertThat(chat.get("/messages").text("messages", 0, "content", 0, "text")).isEqualTo("waits");
  }

  @Test
  void send_reject_isRefusedWhileBusy() {
    var reject = "\"busy_behavior\":\"reject\"";
    chat.send("no", reject).refuses(ApiError.CHAT_BUSY);
    chat.send("waits").is(200);
    chat.failed();
    chat.send("no", reject).refuses(ApiError.CHAT_BUSY);
  }

  @Test
  void send_givenModelAndEffort_becomeTheLatest() {
    chat.answered();
    chat.send(
            "second",
            "\"model_config_id\":\"" + TestModels.MODEL.id() + "\"",
            "\"reasoning_effort\":\"minimal\"")
        .is(200);
    assertThat(chat.get("").text("last_reasoning_effort")).isEqualTo("minimal");
    chat.answered();
    chat.send("third").is(200);
    assertThat(chat.get("").text("last_reasoning_effort")).isEqualTo("minimal");
  }

  @Test
  void send_busyBehaviorUnknown_isInvalid() {
    chat.send("x", "\"busy_behavior\":\"wait\"")
        .refuses(ApiError.BUSY_BEHAVIOR_INVALID)
        .withDetail("Must be \"queue\", \"interrupt\" or \"reject\".");
    chat.send("x", "\"busy_behavior\":1")
        .refuses(ApiError.VALIDATION_FAILED)
        .about("busy_behavior");
    chat.send("x", "\"busy_behavior\":null").is(200);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{}                                                    | CONTENT_REQUIRED",
        "{'content':[{'type':'text','text':' '}]}              | INPUT_PART_INVALID",
        "{'content':[{'type':'text','text':'a'}],"
            + "'model_config_id':'00000000-0000-0000-0000-000000000000'} | MODEL_CONFIG_INVALID",
        "{'content':[{'type':'text','text':'a'}],'reasoning_effort':'x'}"
            + " | REASONING_EFFORT_INVALID",
        "{'content':[{'type':'text','text':'a'}],'mcp_server_ids':['x']} | MCP_SERVERS_INVALID",
        "{'content':[{'type':'text','text':'a'}],'mcp_server_ids':7}     | VALIDATION_FAILED",
      })
  void sendAndEdit_refuseTheSame(String body, ApiError error) {
    var json = body.replace('\'', '"');
    chat.post("/messages", json).refuses(error);
    chat.patch("/messages/" + firstId(), json).refuses(error);
    // A message that is not there comes first.
    chat.patch("/messages/" + (firstId() + 1_000_000), json).refuses(ApiError.MESSAGE_NOT_FOUND);
  }

  @ParameterizedTest
  @ValueSource(strings = {Person.V2, Person.EXPERIMENTAL})
  void edit_putsANewMessageInThePlaceOfTheOldOnes(String mount) {
    chat.answered();
    var old = chat.worker().visible();
    chat.send("second").is(200);
    chat.send("waits").is(200);
    var second = chat.worker().visible().getLast().id();
    var reply =
        ada.on(mount)
            .patch(chat.path() + "/messages/" + old.getFirst().id(), content("other"))
            .is(200);
    assertThat(reply.members()).containsOnlyKeys("message", "deleted_message_ids");
    StrictReader.message(reply.at("message"));
    assertThat(reply.number("message", "id")).isGreaterThan(second);
    assertThat(reply.elements("deleted_message_ids")).hasSize(3);
    assertThat(reply.number("deleted_message_ids", 0)).isEqualTo(old.getFirst().id());
    assertThat(reply.number("deleted_message_ids", 2)).isEqualTo(second);
    assertThat(ids("")).containsExactly(reply.number("message", "id"));
    assertThat(chat.get("/messages").elements("queued_messages")).isEmpty();
  }

  @Test
  void edit_ofAnAnswer_isRefused() {
    chat.answered();
    var answer = chat.worker().visible().getLast().id();
    chat.patch("/messages/" + answer, content("x")).refuses(ApiError.NOT_A_USER_MESSAGE);
  }

  @Test
  void edit_ofAMessageThatIsNotHere_isNotFound() {
    var other = ada.newChat();
    var foreign = other.worker().visible().getFirst().id();
    chat.patch("/messages/" + foreign, content("x")).refuses(ApiError.MESSAGE_NOT_FOUND);
    var old = firstId();
    chat.patch("/messages/" + old, content("x")).is(200);
    chat.patch("/messages/" + old, content("x")).refuses(ApiError.MESSAGE_NOT_FOUND);
  }

  @Test
  void edit_ofAHiddenRow_isNotFound() {
    var body = content("hi", "\"system_prompt\":\"Be kind.\"");
    var other = OneChat.of(ada, UUID.fromString(ada.post("", body).text("id")));
    var hidden = other.worker().history().getFirst().id();
    other.patch("/messages/" + hidden, content("x")).refuses(ApiError.MESSAGE_NOT_FOUND);
    other.patch("/messages/" + hidden, "{}").refuses(ApiError.MESSAGE_NOT_FOUND);
  }

  @Test
  void text_ofAnyKind_comesBackUnchanged() {
    chat.answered();
    var text = "a\0b\ud800c\udfff\ufeff\u2028\ud83d\ude00\u0007\"\\/\u00e4";
    var escaped = new StringBuilder();
    text.chars().forEach(c -> escaped.append("\\u%04x".formatted(c)));
    var reply = chat.send(escaped.toString()).is(200);
    assertThat(reply.text("message", "content", 0, "text")).isEqualTo(text);
    assertThat(reply.body()).contains("\\uD800c");
    assertThat(chat.get("/messages").text("messages", 0, "content", 0, "text")).isEqualTo(text);
    var quote =
        "{\"content\":[{\"type\":\"File-Reference\",\"file_name\":\""
            + escaped
            + "\",\"start_line\":3,\"end_line\":4,\"content\":\""
            + escaped
            + "\"}]}";
    var quoted = chat.post("/messages", quote).is(200);
    assertThat(quoted.text("queued_message", "content", 0, "file_name")).isEqualTo(text);
    assertThat(quoted.text("queued_message", "content", 0, "content")).isEqualTo(text);
    assertThat(quoted.number("queued_message", "content", 0, "start_line")).isEqualTo(3);
  }
}
