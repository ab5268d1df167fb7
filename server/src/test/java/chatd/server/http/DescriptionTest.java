package chatd.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import chatd.engine.port.TestChat;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Titles, labels, pins and the archive.
class DescriptionTest {
  @RegisterExtension static final ApiServer SERVER = new ApiServer();

  private Person ada;
  private OneChat chat;

  @BeforeEach
  void create() {
    ada = SERVER.stage().person();
    chat = ada.newChat();
  }

  private void change(String fields) {
    var reply = chat.patch("", "{" + fields.replace('\'', '"') + "}").is(204);
    assertThat(reply.body()).isEmpty();
  }

  private Reply refused(String fields) {
    var before = chat.get("").json();
    var reply = chat.patch("", "{" + fields.replace('\'', '"') + "}");
    assertThat(chat.get("").json()).isEqualTo(before);
    return reply;
  }

  /// A sub-chat of the chat.
  private OneChat child() {
    var child = TestChat.create(SERVER.stage().backend.stores(), ada.user(), chat.worker().id());
    return new OneChat(ada, child);
  }

  @ParameterizedTest
  @ValueSource(strings = {Person.V2, Person.EXPERIMENTAL})
  void everything_atOnce_isOneChange(String mount) {
    chat.answered();
    var before = chat.snapshot();
    ada.on(mount)
        .patch(
            chat.path(),
            "{\"title\":\" A \\u0000\\ud800 title \",\"labels\":{\"a\":\"b\"},\"pin_order\":7}")
        .is(204);
    var read = chat.get("");
    StrictReader.chat(read.json());
    assertThat(read.text("title")).isEqualTo("A \0\ud800 title");
    assertThat(read.text("labels", "a")).isEqualTo("b");
    assertThat(read.number("pin_order")).isEqualTo(1);
    assertThat(chat.snapshot()).isEqualTo(before + 1);
  }

  @Test
  void answer_isEmpty_andSaysNothingOfAType() {
    var reply = chat.patch("", "{\"title\":\"Mine\"}").is(204);
    assertThat(reply.answer().body()).isEmpty();
    assertThat(reply.header("Content-Type")).isEmpty();
  }

  @Test
  void nothing_changesNothing() {
    change("'title':'Mine'");
    var before = chat.get("").json();
    change("");
    change("'title':null,'labels':null,'pin_order':null,'archived':null,'other':1");
    change("'title':' Mine '");
    change("'labels':{}");
    change("'pin_order':0");
    assertThat(chat.get("").json()).isEqualTo(before);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "'title':5           | title",
        "'archived':'yes'    | archived",
        "'pin_order':1.5     | pin_order",
        "'pin_order':'1'     | pin_order",
        "'labels':{'a':null} | labels",
      })
  void field_ofTheWrongType_isNamed(String fields, String name) {
    refused("'title':'New','labels':{'a':'b'}," + fields)
        .refuses(ApiError.VALIDATION_FAILED)
        .about(name);
  }

  @Test
  void title_isTrimmedAndLimited() {
    refused("'title':' \\n '").refuses(ApiError.TITLE_EMPTY);
    refused("'title':'\\u00a0\\u0085\\u2007\\u202f\\u3000'").refuses(ApiError.TITLE_EMPTY);
    var character = "\ud83d\ude00";
    change("'title':'" + character.repeat(200) + "'");
    assertThat(chat.get("").text("title")).isEqualTo(character.repeat(200));
    refused("'title':'" + character.repeat(201) + "'").refuses(ApiError.TITLE_TOO_LONG);
  }

  @Test
  void labels_areReplacedAsAWhole() {
    change("'labels':{'a':'1','b':'2'}");
    change("'labels':{'c':'3'}");
    assertThat(chat.get("").members("labels")).containsOnlyKeys("c");
    change("'labels':{}");
    assertThat(chat.get("").members("labels")).isEmpty();
    refused("'labels':{'a b':'x'}").refuses(ApiError.LABELS_INVALID);
  }

  @Test
  void pins_appendMoveAndClose() {
    var second = ada.newChat();
    var third = ada.newChat();
    change("'pin_order':5");
    second.patch("", "{\"pin_order\":1}").is(204);
    third.patch("", "{\"pin_order\":99999999999}").is(204);
    assertThat(chat.get("").number("pin_order")).isEqualTo(1);
    assertThat(second.get("").number("pin_order")).isEqualTo(2);
    assertThat(third.get("").number("pin_order")).isEqualTo(3);
    third.patch("", "{\"pin_order\":1}").is(204);
    assertThat(chat.get("").number("pin_order")).isEqualTo(2);
    assertThat(second.get("").number("pin_order")).isEqualTo(3);
    change("'pin_order':0");
    assertThat(second.get("").number("pin_order")).isEqualTo(2);
    refused("'pin_order':-1").refuses(ApiError.PIN_ORDER_NEGATIVE);
  }

  @Test
  void pin_ofAnArchivedOrChildChat_isRefused() {
    chat.answered();
    var child = child();
    child.patch("", "{\"pin_order\":1}").refuses(ApiError.PIN_CHILD);
    child.answered();
    refused("'archived':true,'pin_order':1").refuses(ApiError.PIN_ARCHIVED);
    change("'archived':true");
    refused("'pin_order':1").refuses(ApiError.PIN_ARCHIVED);
    change("'archived':false,'pin_order':1");
    assertThat(chat.get("").number("pin_order")).isEqualTo(1);
  }

  @Test
  void archive_ofAChatAtRest_andBack() {
    refused("'archived':true").refuses(ApiError.ARCHIVE_ACTIVE);
    refused("'archived':true,'title':'New'").refuses(ApiError.ARCHIVE_ACTIVE);
    chat.answered();
    refused("'archived':false").refuses(ApiError.NOT_ARCHIVED);
    change("'archived':true,'title':'Put away'");
    assertThat(chat.get("").text("title")).isEqualTo("Put away");
    assertThat(chat.get("").text("archived")).isEqualTo("true");
    refused("'archived':true").refuses(ApiError.ALREADY_ARCHIVED);
    change("'archived':false");
  }

  @Test
  void archive_isOfTheRootAndItsFamily() {
    chat.answered();
    var child = child();
    child.patch("", "{\"archived\":true}").refuses(ApiError.ARCHIVE_CHILD);
    refused("'archived':true").refuses(ApiError.ARCHIVE_ACTIVE);
    child.answered();
    change("'archived':true");
    assertThat(child.get("").text("archived")).isEqualTo("true");
    assertThat(chat.get("").text("children", 0, "archived")).isEqualTo("true");
  }

  @Test
  void archivedChat_takesNothingNew() {
    chat.failed();
    change("'archived':true");
    var id = chat.worker().visible().getFirst().id();
    chat.send("hi").refuses(ApiError.SEND_ARCHIVED);
    chat.patch("/messages/" + id, Person.content("x")).refuses(ApiError.EDIT_ARCHIVED);
    chat.post("/interrupt", "").refuses(ApiError.INTERRUPT_ARCHIVED);
    chat.post("/retry", "").refuses(ApiError.ARCHIVED);
    chat.get("").is(200);
    chat.get("/messages").is(200);
    chat.delete("").is(204);
  }

  @Test
  void archivedChat_keepsItsQueue_fromWhichMessagesMayGo() {
    chat.send("waits").is(200);
    chat.failed();
    change("'archived':true");
    var queued = chat.get("/messages").number("queued_messages", 0, "id");
    chat.post("/queue/" + queued + "/promote", "").refuses(ApiError.SEND_ARCHIVED);
    chat.delete("/queue/" + queued).is(204);
    assertThat(chat.get("/messages").elements("queued_messages")).isEmpty();
  }
}
