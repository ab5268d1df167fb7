package chatd.server.http;

import static chatd.server.http.Person.content;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import chatd.engine.port.Outcome;
import chatd.engine.port.StoreException;
import chatd.engine.port.TestChat;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// Walks the table of errors: each can be had over HTTP, with its status and exact text, on both
/// mounts, and leaves every row of the database as it was. An error that nobody knows how to get
/// does not compile.
class EveryErrorTest {
  @RegisterExtension static final ApiServer SERVER = new ApiServer();

  private static final LossyStore LOSSY = new LossyStore();

  private static ApiStage stage;

  /// Where streams may be opened.
  private static ApiStage streaming;

  @BeforeAll
  static void start() {
    var settings =
        ApiStage.Settings.DEFAULT.withStore(LOSSY::around).with(new UserLimits.Bounds(0, 64));
    stage = SERVER.stage(settings).comparingRows();
    streaming = SERVER.stage(ApiStage.Settings.DEFAULT).comparingRows();
  }

  @AfterAll
  static void stop() throws Exception {
    stage.close();
    streaming.close();
  }

  @AfterEach
  void repair() {
    LOSSY.breakWith(null);
    LOSSY.answerWith(null);
    stage.models.isOffered = true;
    stage.notReady.clear();
  }

  static Stream<Arguments> errorsOnMounts() {
    return Stream.of(ApiError.values())
        .flatMap(error -> UserRoutes.MOUNTS.stream().map(mount -> Arguments.of(error, mount)));
  }

  @ParameterizedTest
  @MethodSource("errorsOnMounts")
  void error_hasItsStatusAndText(ApiError error, String mount) {
    var reply = provoke(error, stage.person().on(mount));
    reply.is(error.status());
    assertThat(reply.text("message")).isEqualTo(error.message().replace("%s", "x"));
    assertThat(reply.header("Retry-After"))
        .isEqualTo(error == ApiError.UNAVAILABLE || error == ApiError.TOO_MANY_REQUESTS ? "1" : "");
  }

  @Test
  void rows_areSeenToChange() {
    var ada = stage.person();
    var before = stage.backend.rows();
    ada.newChat();
    assertThat(stage.backend.rows()).isNotEqualTo(before).containsKeys("chats", "messages");
  }

  /// But for those that the table itself has from elsewhere.
  @Test
  void text_standsInTheTableAlone() throws IOException {
    var sources = sources();
    var table = sources.remove("ApiError.java");
    for (var error : ApiError.values()) {
      var literal = '"' + error.message() + '"';
      if (requireNonNull(table).contains(literal)) {
        assertThat(sources).allSatisfy((_, source) -> assertThat(source).doesNotContain(literal));
      }
    }
  }

  private static Map<String, String> sources() throws IOException {
    Map<String, String> sources = new TreeMap<>();
    for (var module : List.of("core", "engine", "relay", "server")) {
      try (var files = Files.walk(Path.of("..", module, "src", "main", "java"))) {
        for (var file : files.filter(Files::isRegularFile).toList()) {
          sources.merge(file.getFileName().toString(), Files.readString(file), String::concat);
        }
      }
    }
    return sources;
  }

  private static Reply create(Person ada, String... fields) {
    return ada.post("", content("hi", fields));
  }

  private static Reply describe(OneChat chat, String fields) {
    return chat.patch("", "{" + fields + "}");
  }

  private static Reply events(OneChat chat, String query, String... headers) {
    var all =
        Stream.concat(Stream.of("Accept", "text/event-stream"), Stream.of(headers))
            .toArray(String[]::new);
    var person = streaming.person().on(chat.person().mount());
    var own = person.newChat();
    return person.call("GET", own.path() + "/stream" + query, "", all);
  }

  private static OneChat child(Person ada) {
    var root = ada.newChat().answered();
    var child = TestChat.create(stage.backend.stores(), ada.user(), root.worker().id());
    return new OneChat(ada, child).answered();
  }

  private static OneChat archived(OneChat chat) {
    describe(chat, "\"archived\":true").is(204);
    return chat;
  }

  private static Reply archiveActive(Person ada) {
    return describe(ada.newChat(), "\"archived\":true");
  }

  private static Reply withKey(Person ada, String key) {
    return ada.post("", content("hi"), "Idempotency-Key", key);
  }

  private static Reply tools(Person ada, String tools) {
    return create(ada, "\"unsafe_dynamic_tools\":[" + tools + "]");
  }

  private static String toolResult(String id) {
    return "{\"results\":[{\"tool_call_id\":\"" + id + "\",\"output\":1}]}";
  }

  private static Person administrator(Person ada) {
    return stage.administrator().on(ada.mount());
  }

  /// The id of the provider of this kind.
  private static String provider(Person admin, String kind) {
    var all = admin.get("/providers").is(200);
    return IntStream.range(0, all.elements().size())
        .filter(i -> all.text(i, "provider").equals(kind))
        .mapToObj(i -> all.text(i, "id"))
        .findAny()
        .orElseThrow();
  }

  private static Reply provoke(ApiError error, Person ada) {
    return switch (error) {
      case BODY_NOT_JSON -> ada.post("", "{");
      case VALIDATION_FAILED -> ada.post("", "{\"content\":1}");
      case QUERY_INVALID -> ada.get("?limit=0");
      case LIMIT_INVALID -> ada.newChat().get("/messages?limit=0");
      case LABEL_FILTER_INVALID -> ada.get("?label=x");
      case SEARCH_INVALID -> ada.get("?q=x");
      case AFTER_ID_INVALID -> events(ada.newChat(), "?after_id=x");
      case CURSOR_INVALID -> events(ada.newChat(), "?cursor=x");
      case LAST_EVENT_ID_INVALID -> events(ada.newChat(), "", "Last-Event-ID", "x");
      case IDEMPOTENCY_KEY_INVALID -> withKey(ada, "a b");
      case CHAT_ID_INVALID -> ada.get("/x");
      case MESSAGE_ID_INVALID -> ada.newChat().patch("/messages/x", "{}");
      case QUEUED_MESSAGE_ID_INVALID -> ada.newChat().delete("/queue/x");
      case MESSAGE_ID_NOT_POSITIVE -> ada.newChat().delete("/queue/0");
      case FILE_ID_INVALID -> ada.get("/files/x");
      case PROVIDER_ID_INVALID -> ada.delete("/providers/x");
      case TOKEN_ID_INVALID -> ada.callAt("DELETE", "/api/v2/users/me/keys/tokens/x", "");
      case MODEL_CONFIG_INVALID -> create(ada, "\"model_config_id\":\"" + UUID.randomUUID() + "\"");
      case PROVIDER_INVALID -> administrator(ada).post("/providers", "{\"provider\":\"x\"}");
      case API_KEY_TOO_LARGE ->
          administrator(ada)
              .post(
                  "/providers",
                  "{\"provider\":\"openai-compat\",\"api_key\":\"%s\"}"
                      .formatted("x".repeat((10 << 10) + 1)));
      case PROVIDER_URL_INVALID ->
          administrator(ada)
              .post(
                  "/providers",
                  "{\"provider\":\"openai-compat\",\"base_url\":\"http://127.0.0.1/\"}");
      case PROVIDER_EXISTS -> administrator(ada).post("/providers", "{\"provider\":\"openai\"}");
      case PROVIDER_IN_USE -> {
        var admin = administrator(ada);
        admin.post(
            "/providers",
            "{\"provider\":\"openai-compat\",\"base_url\":\"https://models.example.org\"}");
        admin
            .post(
                "/model-configs",
                "{\"provider\":\"openai-compat\",\"model\":\"m\",\"context_limit\":1}")
            .is(201);
        yield admin.delete("/providers/" + provider(admin, "openai-compat"));
      }
      case PROVIDER_CONFIGURED -> {
        var admin = administrator(ada);
        yield admin.patch("/providers/" + provider(admin, "openai"), "{\"enabled\":false}");
      }
      case CONTENT_REQUIRED -> ada.post("", "{}");
      case INPUT_PART_INVALID -> ada.post("", "{\"content\":[{}]}");
      case SYSTEM_PROMPT_TOO_LONG ->
          create(ada, "\"system_prompt\":\"" + "x".repeat(10_001) + "\"");
      case NO_DEFAULT_MODEL -> {
        stage.models.isOffered = false;
        yield create(ada);
      }
      case REASONING_EFFORT_INVALID -> create(ada, "\"reasoning_effort\":\"x\"");
      case MCP_SERVERS_INVALID -> create(ada, "\"mcp_server_ids\":[\"x\"]");
      case LABELS_INVALID -> create(ada, "\"labels\":{\"\":\"x\"}");
      case TOO_MANY_DYNAMIC_TOOLS -> tools(ada, "{\"name\":\"a\"}" + ",{}".repeat(250));
      case DYNAMIC_TOOL_NAME_EMPTY -> tools(ada, "{}");
      case DYNAMIC_TOOL_NAME_DUPLICATE -> tools(ada, "{\"name\":\"a\"},{\"name\":\"a\"}");
      case TOOL_RESULTS_REQUIRED -> ada.newChat().post("/tool-results", "{}");
      case TOOL_RESULTS_INVALID ->
          ada.newChat().waitingForClient().post("/tool-results", toolResult("other"));
      case CLIENT_TYPE_INVALID -> create(ada, "\"client_type\":\"x\"");
      case BUSY_BEHAVIOR_INVALID -> ada.newChat().send("hi", "\"busy_behavior\":\"x\"");
      case TITLE_EMPTY -> describe(ada.newChat(), "\"title\":\"\"");
      case TITLE_TOO_LONG -> describe(ada.newChat(), "\"title\":\"" + "x".repeat(201) + "\"");
      case PIN_ORDER_NEGATIVE -> describe(ada.newChat(), "\"pin_order\":-1");
      case PIN_ARCHIVED -> describe(archived(ada.newChat().answered()), "\"pin_order\":1");
      case PIN_CHILD -> describe(child(ada), "\"pin_order\":1");
      case ALREADY_ARCHIVED -> describe(archived(ada.newChat().answered()), "\"archived\":true");
      case NOT_ARCHIVED -> describe(ada.newChat(), "\"archived\":false");
      case ARCHIVE_CHILD -> describe(child(ada), "\"archived\":true");
      case DELETE_CHILD -> child(ada).delete("");
      case SEND_ARCHIVED -> archived(ada.newChat().answered()).send("hi");
      case EDIT_ARCHIVED -> {
        var chat = archived(ada.newChat().answered());
        yield chat.patch("/messages/" + chat.worker().visible().getFirst().id(), content("other"));
      }
      case INTERRUPT_ARCHIVED -> archived(ada.newChat().answered()).post("/interrupt", "");
      case ARCHIVED -> archived(ada.newChat().answered()).post("/retry", "");
      case NOT_A_USER_MESSAGE -> {
        var chat = ada.newChat().answered();
        yield chat.patch("/messages/" + chat.worker().visible().getLast().id(), content("other"));
      }
      case NOT_SIGNED_IN -> stage.send("GET", ada.mount(), new byte[0]);
      case FORBIDDEN -> ada.callAt("GET", "/api/v2/replicas", "");
      case NOT_IN_ORGANIZATION -> create(ada, "\"organization_id\":\"" + UUID.randomUUID() + "\"");
      case NOT_FOUND -> ada.get("/" + UUID.randomUUID());
      case MESSAGE_NOT_FOUND -> ada.newChat().patch("/messages/1", content("other"));
      case QUEUED_MESSAGE_NOT_FOUND -> ada.newChat().delete("/queue/1");
      case ROUTE_NOT_FOUND -> ada.get("/" + UUID.randomUUID() + "/nothing");
      case METHOD_NOT_ALLOWED -> ada.call("PUT", "", "");
      case IDEMPOTENCY_KEY_REUSED -> {
        withKey(ada, "k").is(201);
        yield ada.post("", content("other"), "Idempotency-Key", "k");
      }
      case IDEMPOTENCY_KEY_BUSY -> {
        LOSSY.answerWith(new Outcome.KeyInUse());
        yield withKey(ada, "k");
      }
      case CHAT_BUSY -> ada.newChat().send("hi", "\"busy_behavior\":\"reject\"");
      case ARCHIVE_ACTIVE -> archiveActive(ada);
      case DELETE_ACTIVE -> ada.newChat().delete("");
      case CLEAR_ACTIVE -> ada.newChat().post("/clear", "");
      case TITLE_IN_PROGRESS -> {
        var chat = ada.newChat();
        stage
            .backend
            .titleClaims()
            .take(chat.worker().id(), UUID.randomUUID(), Duration.ofMinutes(1));
        yield chat.post("/title/regenerate", "");
      }
      case USER_EXISTS -> {
        var user = "{\"username\":\"twin\",\"email\":\"twin@example.org\"}";
        var admin = stage.administrator().on(ada.mount());
        admin.callAt("POST", "/api/v2/users", user);
        yield admin.callAt("POST", "/api/v2/users", user);
      }
      case NOT_FAILED -> ada.newChat().post("/retry", "");
      case NOT_WAITING_FOR_TOOLS -> ada.newChat().post("/tool-results", toolResult("c1"));
      case BODY_TOO_LARGE -> ada.post("", "x".repeat(RequestBody.LIMIT + 1));
      case UPGRADE_REQUIRED -> {
        var person = streaming.person().on(ada.mount());
        yield person.newChat().get("/stream");
      }
      case TOO_MANY_REQUESTS -> ada.newChat().get("/stream");
      case QUEUE_FULL -> {
        var chat = ada.newChat().taken();
        for (var i = 0; i < 20; i++) {
          chat.send("waits").is(200);
        }
        yield chat.send("too many");
      }
      case INTERNAL -> {
        var chat = ada.newChat();
        LOSSY.breakWith(StoreException.Kind.BROKEN);
        yield chat.send("hi");
      }
      case NOT_SERVED_YET -> ada.get("/files/" + UUID.randomUUID());
      case UNAVAILABLE -> {
        var chat = ada.newChat();
        LOSSY.breakWith(StoreException.Kind.UNAVAILABLE);
        yield chat.send("hi");
      }
    };
  }
}
