package chatd.server.http;

import static chatd.server.http.Person.content;
import static org.assertj.core.api.Assertions.assertThat;

import chatd.core.message.ContentPart;
import chatd.core.message.RawJson;
import chatd.core.message.Role;
import chatd.core.message.ToolSpec;
import chatd.server.wire.JsonValue;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CreateChatTest {
  @RegisterExtension static final ApiServer SERVER = new ApiServer();

  private Person ada;

  @BeforeEach
  void signIn() {
    ada = SERVER.stage().person();
  }

  @ParameterizedTest
  @ValueSource(strings = {Person.V2, Person.EXPERIMENTAL})
  void create_isARunningChatWithItsMessage(String mount) {
    var reply = ada.on(mount).post("", content("Say hello")).is(201);
    StrictReader.chat(reply.json());
    assertThat(reply.text("status")).isEqualTo("running");
    assertThat(reply.text("phase")).isEqualTo("queued");
    assertThat(reply.text("title")).isEqualTo("Say hello");
    assertThat(reply.text("owner_id")).isEqualTo(ada.user().toString());
    assertThat(reply.text("owner_name")).isEqualTo("Ada");
    assertThat(reply.text("organization_id")).isEqualTo(ApiStage.ORGANIZATION.toString());
    assertThat(reply.text("last_model_config_id")).isEqualTo(TestModels.MODEL.id().toString());
    assertThat(reply.text("client_type")).isEqualTo("api");
    assertThat(reply.elements("children")).isEmpty();
    assertThat(reply.number("history_version")).isPositive();
    assertThat(ada.get("/" + reply.text("id")).json()).isEqualTo(reply.json());
  }

  @Test
  void create_withEverything_keepsIt() {
    var reply =
        ada.post(
                "",
                content(
                    "hi",
                    "\"model_config_id\":\"" + TestModels.MODEL.id() + "\"",
                    "\"reasoning_effort\":\"high\"",
                    "\"labels\":{\"ticket\":\"o/r#1\",\"b\":\"\\u0000\\ud800\"}",
                    "\"client_type\":\"ui\"",
                    "\"mcp_server_ids\":[]",
                    "\"unsafe_dynamic_tools\":[]",
                    "\"organization_id\":\"" + ApiStage.ORGANIZATION + "\"",
                    "\"system_prompt\":\"Be kind.\"",
                    "\"unknown\":{\"deep\":[1,2.50,null]}"))
            .is(201);
    StrictReader.chat(reply.json());
    assertThat(reply.text("client_type")).isEqualTo("ui");
    assertThat(reply.text("last_reasoning_effort")).isEqualTo("high");
    assertThat(reply.text("labels", "ticket")).isEqualTo("o/r#1");
    assertThat(reply.text("labels", "b")).isEqualTo("\0\ud800");
    var chat = OneChat.of(ada, UUID.fromString(reply.text("id")));
    var rows = chat.worker().history();
    assertThat(rows.getFirst().body().role()).isEqualTo(Role.SYSTEM);
    assertThat(rows.getFirst().body().content()).containsExactly(new ContentPart.Text("Be kind."));
    assertThat(chat.get("/messages").elements("messages")).hasSize(1);
  }

  @Test
  void nullFields_countAsAbsent() {
    ada.post(
            "",
            content(
                "hi",
                "\"model_config_id\":null",
                "\"reasoning_effort\":null",
                "\"labels\":null",
                "\"client_type\":null",
                "\"mcp_server_ids\":null",
                "\"unsafe_dynamic_tools\":null",
                "\"organization_id\":null",
                "\"system_prompt\":null"))
        .is(201);
  }

  @Test
  void title_isTheFirstSixWords() {
    assertThat(ada.post("", content("one two  three four five six seven")).text("title"))
        .isEqualTo("one two three four five six…");
    assertThat(ada.post("", content("x".repeat(100))).text("title"))
        .isEqualTo("x".repeat(79) + "…");
    var quote =
        "{\"content\":[{\"type\":\"file-reference\",\"file_name\":\"a.txt\",\"start_line\":1,"
            + "\"end_line\":2,\"content\":\"x\"}]}";
    assertThat(ada.post("", quote).text("title")).isEqualTo("New Chat");
  }

  @ParameterizedTest
  @ValueSource(strings = {"{}", "{\"content\":null}", "{\"content\":[]}"})
  void content_missing_isRequired(String body) {
    ada.post("", body).refuses(ApiError.CONTENT_REQUIRED);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{'type':'text'}                    | content[0].text cannot be empty.",
        "{'type':'text','text':' \\n\\t '}  | content[0].text cannot be empty.",
        "{'type':' TEXT ','text':''}        | content[0].text cannot be empty.",
        "{'type':'text','text':'\\u00a0'}    | content[0].text cannot be empty.",
        "{'type':'file'}                    | content[0].file_id is required for file parts.",
        "{'type':'file','file_id':'44444444-4444-4444-8444-444444444444'} |"
            + " content[0].file_id references a file that does not exist.",
        "{'type':'file-reference'} | content[0].file_name cannot be empty for file-reference.",
        "{'type':'source','url':'x'}        | content[0].type \"source\" is not supported.",
        "{}                                 | content[0].type \"\" is not supported.",
      })
  void content_part_isInvalid(String part, String detail) {
    ada.post("", "{\"content\":[" + part.replace('\'', '"') + "]}")
        .refuses(ApiError.INPUT_PART_INVALID)
        .withDetail(detail);
  }

  @Test
  void content_secondPart_isNamedByItsIndex() {
    ada.post("", "{\"content\":[{\"type\":\"text\",\"text\":\"a\"},{\"type\":\"text\"}]}")
        .refuses(ApiError.INPUT_PART_INVALID)
        .withDetail("content[1].text cannot be empty.");
  }

  @Test
  void text_isTrimmedAtBothEnds_andOtherwiseKept() {
    var body = content(" \\n a \\u0000\\ud800 \\udc00b\\ud83d\\ude00 \\t");
    var chat = OneChat.of(ada, UUID.fromString(ada.post("", body).is(201).text("id")));
    assertThat(chat.get("/messages").text("messages", 0, "content", 0, "text"))
        .isEqualTo("a \0\ud800 \udc00b\ud83d\ude00");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "'content':'x'                         | content",
        "'content':[1]                         | content",
        "'content':[{'type':'text','text':5}]  | content[0].text",
        "'system_prompt':1                     | system_prompt",
        "'model_config_id':'x'                 | model_config_id",
        "'model_config_id':'1-1-1-1-1'         | model_config_id",
        "'organization_id':7                   | organization_id",
        "'reasoning_effort':true               | reasoning_effort",
        "'mcp_server_ids':'x'                  | mcp_server_ids",
        "'mcp_server_ids':[1]                  | mcp_server_ids",
        "'labels':[]                           | labels",
        "'labels':{'a':1}                      | labels",
        "'unsafe_dynamic_tools':{}             | unsafe_dynamic_tools",
        "'unsafe_dynamic_tools':[{'name':1}]   | unsafe_dynamic_tools[0].name",
        "'unsafe_dynamic_tools':[{'name':'a','description':1}] | unsafe_dynamic_tools[0].description",
        "'unsafe_dynamic_tools':[{'name':'a','input_schema':[]}] | unsafe_dynamic_tools[0].input_schema",
        "'client_type':[]                      | client_type",
      })
  void field_ofTheWrongType_isNamed(String field, String name) {
    ada.post("", "{" + field.replace('\'', '"') + "}")
        .refuses(ApiError.VALIDATION_FAILED)
        .about(name);
  }

  @Test
  void model_unknownOrNil_isInvalid() {
    ada.post("", content("hi", "\"model_config_id\":\"" + UUID.randomUUID() + "\""))
        .refuses(ApiError.MODEL_CONFIG_INVALID);
    ada.post("", content("hi", "\"model_config_id\":\"" + new UUID(0, 0) + "\""))
        .refuses(ApiError.MODEL_CONFIG_INVALID);
  }

  @Test
  void model_absentAndNoDefault_isRefused() {
    SERVER.stage().models.isOffered = false;
    try {
      ada.post("", content("hi")).refuses(ApiError.NO_DEFAULT_MODEL);
    } finally {
      SERVER.stage().models.isOffered = true;
    }
  }

  @Test
  void organization_other_isForbidden() {
    ada.post("", content("hi", "\"organization_id\":\"" + UUID.randomUUID() + "\""))
        .refuses(ApiError.NOT_IN_ORGANIZATION);
  }

  @Test
  void systemPrompt_atTheLimit_isTaken_andOverItRefused() {
    var character = "\\ud83d\\ude00"; // One character, two UTF-16 units.
    ada.post("", content("hi", "\"system_prompt\":\"" + character.repeat(10_000) + "\"")).is(201);
    ada.post("", content("hi", "\"system_prompt\":\"" + character.repeat(10_001) + "\""))
        .refuses(ApiError.SYSTEM_PROMPT_TOO_LONG);
  }

  @Test
  void reasoningEffort_unknown_isInvalid() {
    ada.post("", content("hi", "\"reasoning_effort\":\"High\""))
        .refuses(ApiError.REASONING_EFFORT_INVALID);
    ada.post("", content("hi", "\"reasoning_effort\":\"max\"")).is(201);
  }

  @Test
  void mcpServers_areInvalid_becauseNoneIsConfigured() {
    var one = UUID.randomUUID();
    ada.post("", content("hi", "\"mcp_server_ids\":[\"" + one + "\",\"b\"]"))
        .refuses(ApiError.MCP_SERVERS_INVALID)
        .withDetail("Invalid IDs: " + one + ", b");
  }

  @Test
  void clientType_unknown_isInvalid() {
    ada.post("", content("hi", "\"client_type\":\"cli\"")).refuses(ApiError.CLIENT_TYPE_INVALID);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"a b\":\"x\"",
        "\".a\":\"x\"",
        "\"\":\"x\"",
        "\"a\":\"\"",
        "\"\u00e4\":\"x\"",
      })
  void label_thatBreaksARule_isRefused(String label) {
    ada.post("", content("hi", "\"labels\":{" + label + "}"))
        .refuses(ApiError.LABELS_INVALID)
        .withDetail("1 label is not valid.")
        .about("labels");
  }

  @Test
  void labels_atTheirLimits_areTaken_andOverThemRefused() {
    var key = "k".repeat(64);
    var value = "\u00e4".repeat(128); // 256 bytes.
    ada.post("", content("hi", "\"labels\":{\"" + key + "\":\"" + value + "\"}")).is(201);
    ada.post("", content("hi", "\"labels\":{\"" + key + "k\":\"x\"}"))
        .refuses(ApiError.LABELS_INVALID);
    ada.post("", content("hi", "\"labels\":{\"k\":\"" + value + "x\"}"))
        .refuses(ApiError.LABELS_INVALID);
    ada.post("", content("hi", "\"labels\":" + labels(50))).is(201);
    ada.post("", content("hi", "\"labels\":" + labels(51))).refuses(ApiError.LABELS_INVALID);
    ada.post("", content("hi", "\"labels\":{\" \":\"a\",\"-\":\"a\"}"))
        .refuses(ApiError.LABELS_INVALID)
        .withDetail("2 labels are not valid.");
  }

  private static String labels(int count) {
    return IntStream.range(0, count)
        .mapToObj(i -> "\"k" + i + "\":\"v\"")
        .collect(Collectors.joining(",", "{", "}"));
  }

  @Test
  void dynamicTools_areStoredWithTheChat() {
    var sent =
        "{\"name\":\"a\"},"
            + "{\"name\":\"b\",\"description\":\"\\ud800 b\",\"input_schema\":{\"n\":1.10},\"x\":1}";
    var reply = ada.post("", content("hi", tools(sent))).is(201);
    StrictReader.chat(reply.json());
    var chat = OneChat.of(ada, UUID.fromString(reply.text("id"))).worker();
    assertThat(chat.store().context(chat.id()).clientTools())
        .containsExactly(
            new ToolSpec("a", "", ToolSpec.ANY_INPUT),
            new ToolSpec("b", "\ud800 b", new RawJson("{\"n\":1.10}")));
  }

  @Test
  void dynamicTools_areChecked() {
    ada.post("", content("hi", tools("{\"name\":\" \"}")))
        .refuses(ApiError.DYNAMIC_TOOL_NAME_EMPTY);
    ada.post("", content("hi", tools("{\"name\":\"a\"},{\"name\":\"a\"}")))
        .refuses(ApiError.DYNAMIC_TOOL_NAME_DUPLICATE);
    var many =
        IntStream.range(0, 251)
            .mapToObj(i -> "{\"name\":\"t" + i + "\"}")
            .collect(Collectors.joining(","));
    ada.post("", content("hi", tools(many))).refuses(ApiError.TOO_MANY_DYNAMIC_TOOLS);
  }

  private static String tools(String tools) {
    return "\"unsafe_dynamic_tools\":[" + tools + "]";
  }

  @Test
  void refusal_repeatsOnlySoMuchOfWhatWasSent() {
    var type = "\\u20ac".repeat(40_000);
    var reply = ada.post("", "{\"content\":[{\"type\":\"" + type + "\"}]}");
    var detail = reply.refuses(ApiError.INPUT_PART_INVALID).text("detail");
    assertThat(detail).startsWith("content[0].type \"\u20ac").hasSizeLessThan(2000);
    var labels = new StringBuilder();
    IntStream.range(0, 10_000).forEach(i -> labels.append(",\" ").append(i).append("\":\"x\""));
    var many = ada.post("", content("hi", "\"labels\":{" + labels.substring(1) + "}"));
    many.refuses(ApiError.LABELS_INVALID).withDetail("10000 labels are not valid.");
    assertThat(many.elements("validations")).hasSize(100);
  }

  @Test
  void refusedCreation_makesNothing() {
    ada.post("", content("hi", "\"client_type\":\"cli\""));
    assertThat(ada.get("").json()).isEqualTo(new JsonValue.Elements(java.util.List.of()));
  }
}
