package chatd.server.http;

import static chatd.server.http.Person.content;
import static org.assertj.core.api.Assertions.assertThat;

import chatd.engine.port.TestChat;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ChatListTest {
  @RegisterExtension static final ApiServer SERVER = new ApiServer();

  private Person ada;

  @BeforeEach
  void signIn() {
    ada = SERVER.stage().person();
  }

  private List<String> ids(String query) {
    var reply = ada.get(query).is(200);
    reply.elements().forEach(StrictReader::chat);
    return IntStream.range(0, reply.elements().size()).mapToObj(i -> reply.text(i, "id")).toList();
  }

  private List<String> found(String search) {
    return ids("?q=" + URLEncoder.encode(search, StandardCharsets.UTF_8));
  }

  private static String id(OneChat chat) {
    return chat.worker().id().toString();
  }

  @ParameterizedTest
  @ValueSource(strings = {Person.V2, Person.EXPERIMENTAL})
  void list_isAnArrayOfOwnRoots_newestFirst_withTheirChildren(String mount) {
    ada = ada.on(mount);
    assertThat(ada.get("").is(200).body()).isEqualTo("[]");
    SERVER.stage().person().newChat();
    var first = ada.newChat();
    var second = ada.newChat();
    var child = TestChat.create(SERVER.stage().backend.stores(), ada.user(), first.worker().id());
    assertThat(ids("")).containsExactly(id(second), id(first));
    var reply = ada.get("");
    assertThat(reply.text(1, "children", 0, "id")).isEqualTo(child.id().toString());
    assertThat(reply.text(1, "children", 0, "parent_chat_id")).isEqualTo(id(first));
    assertThat(reply.text(1, "children", 0, "root_chat_id")).isEqualTo(id(first));
    assertThat(first.get("").text("children", 0, "id")).isEqualTo(child.id().toString());
    assertThat(new OneChat(ada, child).get("").elements("children")).isEmpty();
  }

  @Test
  void pages_byOffsetAndByLastChat() {
    var chats = List.of(ada.newChat(), ada.newChat(), ada.newChat());
    assertThat(ids("?limit=2")).containsExactly(id(chats.get(2)), id(chats.get(1)));
    assertThat(ids("?limit=2&offset=2")).containsExactly(id(chats.get(0)));
    assertThat(ids("?offset=99999999999")).isEmpty();
    assertThat(ids("?after_id=" + id(chats.get(1)))).containsExactly(id(chats.get(0)));
    assertThat(ids("?limit=1&limit=x&unknown=%41")).hasSize(1);
  }

  @Test
  void updatedAt_movesWithMessagesQueueAndStatus_andWithNothingElse() {
    var chat = ada.newChat().answered();
    var other = ada.newChat();
    var before = chat.get("").text("updated_at");
    chat.patch("", "{\"title\":\"Mine\",\"labels\":{\"a\":\"b\"},\"pin_order\":1}").is(204);
    chat.patch("", "{\"pin_order\":0}").is(204);
    SERVER.stage().backend.lists().markRead(chat.worker().id());
    assertThat(chat.get("").text("updated_at")).isEqualTo(before);
    assertThat(ids("")).containsExactly(id(other), id(chat));

    chat.send("a message").is(200);
    before = movedOn(chat, before);
    chat.taken();
    var queued = chat.send("one that waits").is(200).text("queued_message", "id");
    before = movedOn(chat, before);
    chat.delete("/queue/" + queued).is(204);
    before = movedOn(chat, before);
    chat.post("/interrupt", "").is(200);
    chat.stopped("partial");
    movedOn(chat, before);
    assertThat(ids("")).containsExactly(id(chat), id(other));
  }

  private static String movedOn(OneChat chat, String before) {
    var now = chat.get("").text("updated_at");
    assertThat(Instant.parse(now)).isAfter(Instant.parse(before));
    return now;
  }

  @Test
  void hasUnread_isOfAnswers_untilTheyAreGone() {
    var chat = ada.newChat();
    assertThat(chat.get("").text("has_unread")).isEqualTo("false");
    chat.answered();
    assertThat(chat.get("").text("has_unread")).isEqualTo("true");
    assertThat(ada.get("").text(0, "has_unread")).isEqualTo("true");
    chat.post("/clear", "").is(200);
    assertThat(chat.get("").text("has_unread")).isEqualTo("false");
  }

  @Test
  void pages_byLastChat_goOnAmongPinsLabelsAndSearches() {
    var chats = List.of(ada.newChat(), ada.newChat(), ada.newChat(), ada.newChat());
    for (var chat : chats) {
      chat.patch("", "{\"labels\":{\"a\":\"b\"}}").is(204);
    }
    chats.get(0).patch("", "{\"pin_order\":1}").is(204);
    chats.get(2).patch("", "{\"pin_order\":1}").is(204);
    var all = List.of(id(chats.get(0)), id(chats.get(2)), id(chats.get(3)), id(chats.get(1)));
    var page = "?limit=1&label=a:b&q=archived:any%20status:running";
    List<String> read = new ArrayList<>(ids(page));
    while (read.size() < 5) {
      var next = ids(page + "&after_id=" + read.getLast());
      if (next.isEmpty()) {
        break;
      }
      read.addAll(next);
    }
    assertThat(read).isEqualTo(all);
  }

  @ParameterizedTest
  @CsvSource({
    "limit=0, limit",
    "limit=201, limit",
    "limit=x, limit",
    "limit=, limit",
    "limit=9223372036854775808, limit",
    "offset=-1, offset",
    "offset=1.0, offset",
    "after_id=x, after_id",
    "after_id=44444444-4444-4444-8444-444444444444, after_id",
  })
  void query_invalid_isNamed(String query, String name) {
    ada.get("?" + query).refuses(ApiError.QUERY_INVALID).about(name);
  }

  @Test
  void afterId_ofAForeignChat_isInvalid() {
    var foreign = SERVER.stage().person().newChat();
    ada.get("?after_id=" + id(foreign)).refuses(ApiError.QUERY_INVALID).about("after_id");
  }

  @ParameterizedTest
  @CsvSource({
    "limit=%zz, 400",
    "limit=%, 400",
    "q=%zz, 400",
    "label=%zz, 400",
    "unknown=%zz, 200",
    "%zz=1, 200",
    "&&=&%, 200",
  })
  void brokenEscape_countsOnlyWhereTheValueDoes(String query, int status) {
    var request =
        "GET /api/v2/chats?%s HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer %s\r\n\r\n"
            .formatted(query, ada.token());
    try (var raw =
        RawRequest.send(SERVER.stage().port(), request.getBytes(StandardCharsets.US_ASCII))) {
      assertThat(raw.status()).isEqualTo(status);
    }
  }

  @Test
  void labels_mustAllMatch() {
    ada.post("", content("hi", "\"labels\":{\"a\":\"1:2\",\"b\":\"\u00e4\"}")).is(201);
    ada.post("", content("hi", "\"labels\":{\"a\":\"1:2\"}")).is(201);
    assertThat(ids("?label=a:1:2")).hasSize(2);
    assertThat(ids("?label=a:1:2&label=b:%C3%A4")).hasSize(1);
    assertThat(ids("?label=a:1:2&label=a:1:2")).hasSize(2);
    assertThat(ids("?label=a:1:2&label=a:1")).isEmpty();
    assertThat(ids("?label=a:1")).isEmpty();
    assertThat(ids("?label=%00:1")).isEmpty();
    assertThat(ids("?label=" + "a".repeat(65) + ":1")).isEmpty();
    assertThat(ids("?label=a:%00")).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"x", ":x", "x:", ":", ""})
  void label_malformed_isRefused(String filter) {
    ada.get("?label=" + filter)
        .refuses(
            400,
            "Invalid label filter: \""
                + filter
                + "\" (expected format key:value, both must be non-empty)");
  }

  @Test
  void search_byArchiveTitleStatusAndUnread() {
    var waiting = ada.newChat().answered();
    waiting.patch("", "{\"title\":\"Gr\u00fc\u00dfe an Ada\"}").is(204);
    var failed = ada.newChat().failed();
    var archived = ada.newChat().answered();
    archived.patch("", "{\"archived\":true}").is(204);
    var taken = ada.newChat().taken();
    taken.post("/interrupt", "").is(200);

    assertThat(found("")).containsExactlyInAnyOrder(id(waiting), id(failed), id(taken));
    assertThat(found("archived:false")).hasSize(3);
    assertThat(found("archived:true")).containsExactly(id(archived));
    assertThat(found("archived:any")).hasSize(4);
    assertThat(found("title:GR\u00dc")).containsExactly(id(waiting));
    assertThat(found(" title:\"e an A\"  status:waiting ")).containsExactly(id(waiting));
    assertThat(found("status:error")).containsExactly(id(failed));
    assertThat(found("status:running")).containsExactly(id(taken));
    assertThat(found("status:requires_action")).isEmpty();
    assertThat(found("has_unread:true")).containsExactly(id(waiting));
    assertThat(found("has_unread:false")).containsExactlyInAnyOrder(id(failed), id(taken));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "hello", "title:", "title:\"\"", "title:\"a", "status:done", "status:interrupting",
        "archived:yes", "has_unread:any", "owner:me", "title:a title:b", ":a", "title:a\"b\"",
        "TITLE:a", "title:\"a\"b",
      })
  void search_malformed_isRefused(String search) {
    ada.get("?q=" + URLEncoder.encode(search, StandardCharsets.UTF_8))
        .refuses(ApiError.SEARCH_INVALID);
  }

  @Test
  void read_failedChat_saysWhy() {
    var reply = ada.newChat().failed().get("");
    StrictReader.chat(reply.json());
    assertThat(reply.text("status")).isEqualTo("error");
    assertThat(reply.text("last_error", "message")).isEqualTo("The model is overloaded.");
    assertThat(reply.text("last_error", "kind")).isEqualTo("overloaded");
    assertThat(reply.text("last_error", "retryable")).isEqualTo("true");
    assertThat(reply.text("last_error", "provider")).isEqualTo("demo");
    assertThat(reply.text("last_error", "status_code")).isEqualTo("529");
  }

  @Test
  void read_eachPhase() {
    var chat = ada.newChat();
    assertThat(chat.get("").text("phase")).isEqualTo("queued");
    chat.taken();
    assertThat(chat.get("").text("phase")).isEqualTo("generating");
    chat.post("/interrupt", "").is(200);
    assertThat(chat.get("").text("status")).isEqualTo("running");
    assertThat(chat.get("").text("phase")).isEqualTo("interrupting");
    var waiting = ada.newChat().waitingForClient().get("");
    StrictReader.chat(waiting.json());
    assertThat(waiting.text("status")).isEqualTo("requires_action");
  }

  @Test
  void delete_takesTheFamilyAtRest() {
    var root = ada.newChat();
    var child =
        new OneChat(
            ada, TestChat.create(SERVER.stage().backend.stores(), ada.user(), root.worker().id()));
    root.delete("").refuses(ApiError.DELETE_ACTIVE);
    root.answered();
    child.delete("").refuses(ApiError.DELETE_CHILD);
    root.delete("").refuses(ApiError.DELETE_ACTIVE);
    child.answered();
    assertThat(root.delete("").is(204).body()).isEmpty();
    child.get("").refuses(ApiError.NOT_FOUND);
    root.delete("").refuses(ApiError.NOT_FOUND);
  }
}
