package chatd.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The history as a whole: what was asked, and an end to all of it.
class HistoryTest {
  @RegisterExtension static final ApiServer SERVER = new ApiServer();

  private Person ada;

  @BeforeEach
  void signIn() {
    ada = SERVER.stage().person();
  }

  private static Reply clear(OneChat chat) {
    var reply = chat.post("/clear", "").is(200);
    StrictReader.chat(reply.json());
    return reply;
  }

  @Test
  void clear_emptiesTheHistory() {
    var chat = ada.newChat().answered();
    var before = chat.get("").number("history_version");

    var reply = clear(chat);

    assertThat(reply.text("status")).isEqualTo("waiting");
    assertThat(reply.number("history_version")).isGreaterThan(before);
    assertThat(chat.get("").json()).isEqualTo(reply.json());
    assertThat(chat.get("/messages").elements("messages")).isEmpty();
    assertThat(chat.get("/prompts").elements("prompts")).isEmpty();
    assertThat(chat.send("again").is(200).text("queued")).isEqualTo("false");
  }

  @Test
  void clear_ofAFailedChat_forgetsTheFailure() {
    var reply = clear(ada.newChat().failed());
    assertThat(reply.text("status")).isEqualTo("waiting");
    assertThat(reply.members()).doesNotContainKey("last_error");
  }

  @Test
  void clear_ofAnEmptyHistory_changesNothing() {
    var chat = ada.newChat().answered();
    clear(chat);
    var before = chat.snapshot();
    clear(chat);
    assertThat(chat.snapshot()).isEqualTo(before);
  }

  @Test
  void clear_whileATurnIsActiveOrMessagesWait_isRefused_andChangesNothing() {
    var failedWithQueue = ada.newChat();
    failedWithQueue.send("later").is(200);
    for (var chat :
        new OneChat[] {
          ada.newChat(),
          ada.newChat().taken(),
          ada.newChat().waitingForClient(),
          failedWithQueue.failed()
        }) {
      var before = chat.get("/messages").json();
      var snapshot = chat.snapshot();
      chat.post("/clear", "").refuses(ApiError.CLEAR_ACTIVE);
      assertThat(chat.snapshot()).isEqualTo(snapshot);
      assertThat(chat.get("/messages").json()).isEqualTo(before);
    }
  }

  @Test
  void clear_ofAnArchivedChat_isRefused() {
    var chat = ada.newChat().answered();
    chat.patch("", "{\"archived\":true}").is(204);
    chat.post("/clear", "").refuses(ApiError.ARCHIVED);
  }

  @Test
  void prompts_areTheUsersTexts_newestFirst() {
    var chat = ada.newChat().answered();
    chat.post(
            "/messages",
            """
            {"content":[{"type":"text","text":"one \\ud800"},{"type":"text","text":"two"},
             {"type":"file-reference","file_name":"a","start_line":1,"end_line":2,"content":"c"}]}
            """)
        .is(200);
    chat.answered();
    chat.post(
            "/messages",
            """
            {"content":[
             {"type":"file-reference","file_name":"a","start_line":1,"end_line":2,"content":"c"}]}
            """)
        .is(200);
    chat.send("queued, so nobody has said it yet").is(200);

    var prompts = chat.get("/prompts").is(200);

    assertThat(prompts.members()).containsOnlyKeys("prompts");
    assertThat(prompts.elements("prompts")).hasSize(2);
    assertThat(prompts.members("prompts", 0)).containsOnlyKeys("id", "text");
    assertThat(prompts.text("prompts", 0, "text")).isEqualTo("one \ud800\ntwo");
    assertThat(prompts.text("prompts", 1, "text")).isEqualTo("first");
    assertThat(prompts.number("prompts", 1, "id"))
        .isEqualTo(chat.get("/messages?after_id=0").number("messages", 0, "id"));
  }

  @Test
  void prompts_areAsManyAsAsked() {
    var chat = ada.newChat().answered();
    for (var text : new String[] {"second", "third"}) {
      chat.send(text).is(200);
      chat.answered();
    }
    var two = chat.get("/prompts?limit=2").is(200);
    assertThat(two.elements("prompts")).hasSize(2);
    assertThat(two.text("prompts", 0, "text")).isEqualTo("third");
    assertThat(chat.get("/prompts?limit=2000").is(200).elements("prompts")).hasSize(3);
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "2001", "-1", "x", "", "9223372036854775808"})
  void prompts_outOfTheirRange_areNamed(String limit) {
    ada.newChat().get("/prompts?limit=" + limit).refuses(ApiError.QUERY_INVALID).about("limit");
  }

  @Test
  void foreignChat_isNone_whateverElseIsWrong() {
    var foreign = SERVER.stage().person().newChat().path();
    ada.post(foreign + "/clear", "").refuses(ApiError.NOT_FOUND);
    ada.get(foreign + "/prompts?limit=0").refuses(ApiError.NOT_FOUND);
    ada.get("/x/prompts?limit=0").refuses(ApiError.CHAT_ID_INVALID);
    ada.post("/x/clear", "").refuses(ApiError.CHAT_ID_INVALID);
  }
}
