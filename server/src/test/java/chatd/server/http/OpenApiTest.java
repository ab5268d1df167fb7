package chatd.server.http;

import static java.util.stream.Collectors.toSet;
import static org.assertj.core.api.Assertions.assertThat;

import chatd.contract.Document;
import chatd.contract.Document.Operation;
import chatd.core.feed.CloseReason;
import io.javalin.http.HandlerType;
import io.javalin.router.Endpoint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;

/// The document of the interface says what the server has: its routes, all of its errors, and a
/// schema for whatever is answered. That answers are as it says, every test client checks.
class OpenApiTest {
  @RegisterExtension static final ApiServer SERVER = new ApiServer();

  private static final Document DOCUMENT = Document.SERVED;
  private static final Set<HandlerType> METHODS =
      Set.of(
          HandlerType.GET,
          HandlerType.HEAD,
          HandlerType.POST,
          HandlerType.PATCH,
          HandlerType.DELETE);

  private static final Set<Integer> WITHOUT_BODY = Set.of(101, 204);

  static Stream<Operation> operations() {
    return DOCUMENT.operations().values().stream();
  }

  @Test
  void itIsServedToAnyone_asItWasWritten() throws IOException {
    var reply = SERVER.stage().send("GET", OpenApi.PATH, new byte[0]).is(200);
    assertThat(reply.header("Content-Type")).startsWith("application/yaml;");
    try (var file = OpenApi.class.getResourceAsStream(OpenApi.FILE)) {
      assertThat(file).hasBinaryContent(reply.answer().body());
    }
    assertThat(DOCUMENT.root().path("openapi").asString()).isEqualTo("3.1.0");
  }

  @Test
  void version_isThatOfTheBuild() throws IOException {
    var version = DOCUMENT.root().path("info").path("version").asString();
    assertThat(Files.readString(Path.of("..", "pom.xml")))
        .contains("<artifactId>chatd</artifactId>\n  <version>" + version + "</version>");
  }

  @Test
  void everyRoute_isInIt_andNoOther() {
    var routes =
        SERVER.stage().endpoints().stream()
            .filter(endpoint -> METHODS.contains(endpoint.method))
            .map(OpenApiTest::route)
            .collect(toSet());
    assertThat(DOCUMENT.operations().keySet()).containsExactlyInAnyOrderElementsOf(routes);
  }

  private static String route(Endpoint endpoint) {
    return Operation.route(endpoint.method.name(), endpoint.path);
  }

  @ParameterizedTest
  @MethodSource("operations")
  void everyAnswer_hasItsHeadersAndASchema(Operation operation) {
    var answers = operation.description().path("responses");
    assertThat(answers.properties()).extracting(Map.Entry::getKey).anyMatch(s -> s.charAt(0) < '4');
    for (var each : answers.properties()) {
      var answer = DOCUMENT.resolved(each.getValue());
      var name = operation.route() + " " + each.getKey();
      assertThat(answer.path("headers").has("X-Chat-Replica-Id")).as(name).isTrue();
      assertThat(answer.path("headers").has("X-Request-Id")).as(name).isTrue();
      if (!operation.method().equals("HEAD")) {
        var isBare = WITHOUT_BODY.contains(Integer.parseInt(each.getKey()));
        assertThat(answer.has("content")).as(name).isNotEqualTo(isBare);
      }
      var json = answer.path("content").path("application/json");
      assertThat(json.isMissingNode() || json.has("schema") || isFile(operation)).as(name).isTrue();
    }
  }

  private static boolean isFile(Operation operation) {
    return operation.path().endsWith("/files/{file}");
  }

  @Test
  void whatIsNotServedYet_isSaid_andNothingElseIs() {
    var notServed =
        UserRoutes.MOUNTS.stream()
            .flatMap(mount ->
                NotServedYet.CHAT_ROUTES.stream()
                    .map(route -> Operation.route(route.method().name(), mount + route.path())))
            .collect(toSet());
    assertThat(operations().filter(OpenApiTest::isNotServed).map(Operation::route))
        .containsExactlyInAnyOrderElementsOf(notServed);
  }

  private static boolean isNotServed(Operation operation) {
    return operation.description().path("responses").has("501");
  }

  @ParameterizedTest
  @EnumSource
  void everyError_isInIt(ApiError error) {
    assertThat(said(_ -> true)).contains(error.status() + " " + pattern(error));
  }

  @Test
  void everyErrorInIt_isOneOfTheServer() {
    var errors = Stream.of(ApiError.values()).map(e -> e.status() + " " + pattern(e)).toList();
    assertThat(said(operation -> !isNotServed(operation))).isSubsetOf(errors);
  }

  /// An error's text, or the pattern of all its texts.
  private static String pattern(ApiError error) {
    var text = error.message();
    return text.contains("%s")
        ? "^" + text.replaceAll("[()]", "[$0]").replace("%s", "[\\s\\S]*") + "$"
        : text;
  }

  /// Status and text of each error of these operations.
  private static Set<String> said(Predicate<Operation> which) {
    Set<String> said = new HashSet<>();
    BiConsumer<String, JsonNode> add =
        (status, answer) ->
            texts(DOCUMENT.resolved(answer)).forEach(text -> said.add(status + " " + text));
    operations()
        .filter(which)
        .forEach(operation ->
            operation
                .description()
                .path("responses")
                .properties()
                .forEach(answer -> add.accept(answer.getKey(), answer.getValue())));
    add.accept("404", DOCUMENT.response("RouteNotFound"));
    add.accept("405", DOCUMENT.response("MethodNotAllowed"));
    return said;
  }

  private static List<String> texts(JsonNode answer) {
    var schema = answer.path("content").path("application/json").path("schema");
    List<String> texts = new ArrayList<>();
    collect(schema.path("properties").path("message"), texts);
    return texts;
  }

  private static void collect(JsonNode schema, List<String> texts) {
    schema.path("enum").forEach(text -> texts.add(text.asString()));
    schema.path("anyOf").forEach(one -> collect(one, texts));
    for (var name : List.of("const", "pattern")) {
      if (schema.has(name)) {
        texts.add(schema.path(name).asString());
      }
    }
  }

  @Test
  void everyReference_leadsSomewhere() {
    assertThat(references(DOCUMENT.root())).isNotEmpty().allSatisfy(OpenApiTest::leadsSomewhere);
  }

  private static void leadsSomewhere(JsonNode reference) {
    assertThat(DOCUMENT.resolved(reference)).isNotNull();
  }

  private static List<JsonNode> references(JsonNode node) {
    List<JsonNode> found = new ArrayList<>();
    if (node.has("$ref")) {
      found.add(node);
    }
    node.forEach(child -> found.addAll(references(child)));
    return found;
  }

  @ParameterizedTest
  @EnumSource
  void everyEndOfAStream_isInIt(CloseReason reason) {
    var stream =
        DOCUMENT.operation("GET", "/api/v2/chats/{chat}/stream").orElseThrow().description();
    var text = reason.text().isEmpty() ? " " : " `" + reason.text() + "` ";
    assertThat(stream.path("description").asString())
        .contains("| " + reason.code() + " |" + text + "|");
  }
}
