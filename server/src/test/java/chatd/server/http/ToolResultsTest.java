package chatd.server.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import chatd.core.chat.ChatCommand;
import chatd.core.chat.ChatStatus;
import chatd.core.message.ContentPart.ToolResult;
import chatd.core.message.RawJson;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Results of tools that the client runs.
class ToolResultsTest {
  @RegisterExtension static final ApiServer SERVER = new ApiServer();

  private Person ada;

  @BeforeEach
  void signIn() {
    ada = SERVER.stage().person();
  }

  private static String results(String... results) {
    return Stream.of(results).collect(Collectors.joining(",", "{\"results\":[", "]}"));
  }

  private static String result(String id) {
    return "{\"tool_call_id\":\"" + id + "\",\"output\":{\"of\":\"" + id + "\"}}";
  }

  private static Reply give(OneChat chat, String... results) {
    return chat.post("/tool-results", results(results));
  }

  private static List<ToolResult> stored(OneChat chat) {
    return chat.worker().history().stream()
        .flatMap(row -> row.body().content().stream())
        .filter(ToolResult.class::isInstance)
        .map(ToolResult.class::cast)
        .toList();
  }

  @Test
  void results_ofAllOpenCalls_enterHistoryInTheOrderOfTheCalls_andTheTurnGoesOn() {
    var chat = ada.newChat().waitingForClient("c1", "c2");
    var reply =
        give(
            chat,
            "{\"tool_call_id\":\"c2\",\"output\":\"\\ud800 1.10\",\"is_error\":true,\"more\":1}",
            "{\"tool_call_id\":\"c1\",\"output\":{\"n\":1.10,\"a\":[null,true]}}");

    assertThat(reply.is(204).body()).isEmpty();
    assertThat(stored(chat))
        .extracting(ToolResult::toolCallId, ToolResult::toolName, r -> r.result().text())
        .containsExactly(
            tuple("c1", "look", "{\"n\":1.10,\"a\":[null,true]}"),
            tuple("c2", "look", "\"\\uD800 1.10\""));
    assertThat(stored(chat)).extracting(ToolResult::isError).containsExactly(false, true);
    assertThat(chat.get("").text("status")).isEqualTo("running");
    assertThat(chat.worker().row().turn().openCalls()).isEmpty();
    assertThat(chat.worker().row().turn().actionDeadline()).isNull();
  }

  @Test
  void output_absentOrNull_isTheResultNull() {
    for (var field : List.of("", ",\"output\":null")) {
      var chat = ada.newChat().waitingForClient();
      give(chat, "{\"tool_call_id\":\"c1\"" + field + "}").is(204);
      assertThat(stored(chat).getFirst().result()).isEqualTo(new RawJson("null"));
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          c1        | Missing result for tool_call_id "c2".
          c1,c2,c1  | Duplicate tool_call_id "c1".
          c1,x,c2   | Unexpected tool_call_id "x".
          c2,c2,x   | Duplicate tool_call_id "c2".
          ''        | Unexpected tool_call_id "".
          """)
  void results_thatAreNotOneForEachCall_areRefusedAsAWhole(String ids, String detail) {
    var chat = ada.newChat().waitingForClient("c1", "c2");
    var before = chat.worker().find();
    var results = Stream.of(ids.split(",")).map(ToolResultsTest::result).toArray(String[]::new);

    give(chat, results).refuses(ApiError.TOOL_RESULTS_INVALID).withDetail(detail);

    assertThat(chat.worker().find()).isEqualTo(before);
    give(chat, result("c2"), result("c1")).is(204);
  }

  @Test
  void refusal_repeatsOnlySoMuchOfAnId() {
    var reply = give(ada.newChat().waitingForClient(), result("x".repeat(10_000)));
    assertThat(reply.refuses(ApiError.TOOL_RESULTS_INVALID).text("detail"))
        .hasSizeBetween(100, 4096);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {}                                             | ''
          {'results':null}                               | ''
          {'results':[]}                                 | ''
          {'results':{}}                                 | results
          {'results':[1]}                                | results
          {'results':[{}]}                               | results[0].tool_call_id
          {'results':[{'tool_call_id':null}]}            | results[0].tool_call_id
          {'results':[{'tool_call_id':1}]}               | results[0].tool_call_id
          {'results':[{'tool_call_id':'c1','is_error':1}]} | results[0].is_error
          """)
  void fields_areChecked(String body, String field) {
    var chat = ada.newChat().waitingForClient();
    var reply = chat.post("/tool-results", body.replace('\'', '"'));
    if (field.isEmpty()) {
      reply.refuses(ApiError.TOOL_RESULTS_REQUIRED);
    } else {
      reply.refuses(ApiError.VALIDATION_FAILED).about(field);
    }
    assertThat(chat.worker().row().status()).isEqualTo(ChatStatus.REQUIRES_ACTION);
  }

  @Test
  void chatThatDoesNotWait_saysHowItIs() {
    var stopping = ada.newChat().taken();
    stopping.post("/interrupt", "").is(200);
    expect(ada.newChat(), "running");
    expect(stopping, "running");
    expect(ada.newChat().answered(), "waiting");
    expect(ada.newChat().failed(), "error");
  }

  private static void expect(OneChat chat, String status) {
    var before = chat.worker().find();
    give(chat, result("c1"))
        .refuses(ApiError.NOT_WAITING_FOR_TOOLS)
        .withDetail("Chat status is \"" + status + "\", expected \"requires_action\".");
    assertThat(chat.worker().find()).isEqualTo(before);
  }

  @Test
  void results_aSecondTime_comeTooLate() {
    var chat = ada.newChat().waitingForClient();
    give(chat, result("c1")).is(204);
    give(chat, result("c1")).refuses(ApiError.NOT_WAITING_FOR_TOOLS);
    assertThat(stored(chat)).hasSize(1);
  }

  @Test
  void chatThatIsArchived_saysSo() {
    var chat = ada.newChat().answered();
    chat.patch("", "{\"archived\":true}").is(204);
    give(chat, result("c1")).refuses(ApiError.ARCHIVED);
    chat.post("/tool-results", "{}").refuses(ApiError.TOOL_RESULTS_REQUIRED);
  }

  @Test
  void body_ofOneMebibyte_isRead_andOneByteMoreRefused() {
    var chat = ada.newChat().waitingForClient();
    var frame = results("{\"tool_call_id\":\"c1\",\"output\":\"\"}");
    var filling = "x".repeat(ToolResultsApi.BODY_LIMIT - frame.length());
    give(chat, "{\"tool_call_id\":\"c1\",\"output\":\"" + filling + "x\"}")
        .refuses(ApiError.BODY_TOO_LARGE);
    give(chat, "{\"tool_call_id\":\"c1\",\"output\":\"" + filling + "\"}").is(204);
    assertThat(stored(chat).getFirst().result().text()).isEqualTo("\"" + filling + "\"");
  }

  @Test
  void result_thatIsTooLongWhenItIsEncoded_becomesAnErrorThatSaysSo() {
    var chat = ada.newChat().waitingForClient("c1", "c2");
    give(
            chat,
            "{\"tool_call_id\":\"c1\",\"output\":\"" + "\u00e9".repeat(200_000) + "\"}",
            result("c2"))
        .is(204);
    assertThat(stored(chat)).extracting(ToolResult::isError).containsExactly(true, false);
    assertThat(stored(chat).getFirst().result().text()).contains("longer than 1 MiB");
  }

  @Test
  void deepestOutput_isKept() {
    var depth = 500 - 3;
    var output = "[".repeat(depth) + "]".repeat(depth);
    var chat = ada.newChat().waitingForClient();
    give(chat, "{\"tool_call_id\":\"c1\",\"output\":" + output + "}").is(204);
    assertThat(stored(chat).getFirst().result().text()).isEqualTo(output);
    chat.get("/messages").is(200);
    assertThat(chat.worker().feed(0).rows()).hasSize(3);
  }

  @Test
  void results_afterTheDeadline_comeTooLate() {
    var chat = ada.newChat().waitingForClient(Duration.ZERO, "c1");
    chat.worker().done(new ChatCommand.ExpireActions());
    give(chat, result("c1")).refuses(ApiError.NOT_WAITING_FOR_TOOLS);
    assertThat(stored(chat)).extracting(ToolResult::isError).containsExactly(true);
  }
}
