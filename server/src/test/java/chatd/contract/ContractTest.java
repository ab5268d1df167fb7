package chatd.contract;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.net.http.HttpClient;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// That answers are held against the document, and that what is wrong about one is found.
class ContractTest {
  private static final String ME = "/api/v2/users/me";
  private static final String REPLICA = "55555555-5555-4555-8555-555555555555";
  private static final String USER =
      """
      {"id":"11111111-1111-4111-8111-111111111111","username":"ada","name":"Ada",\
      "email":"ada@example.org","created_at":"2026-05-01T00:00:00Z",\
      "updated_at":"2026-05-01T00:00:00.123456Z","status":"active","login_type":"password",\
      "organization_ids":[],"roles":[],"has_ai_seat":true}
      """;

  /// Their servers have routes of their own, which are not those of the interface.
  private static final Set<String> OTHER_SERVERS =
      Set.of("HttpServerTest", "PlainServer", "RelayOverSocketsTest", "WebSocketStreamTest");

  private static Answer answer(String path, int status, String body) {
    return answer("GET", path, status, body, Map.of());
  }

  private static Answer answer(
      String method, String path, int status, String body, Map<String, String> more) {
    Map<String, List<String>> headers = new TreeMap<>();
    headers.put("x-chat-replica-id", List.of(REPLICA));
    headers.put("x-request-id", List.of("one"));
    headers.put("content-type", List.of("application/json; charset=utf-8"));
    Contract.TO_BROWSERS.forEach(
        (name, value) -> headers.put(name.toLowerCase(Locale.ROOT), List.of(value)));
    more.forEach((name, value) -> headers.put(name, List.of(value)));
    return new Answer(method, path, status, headers, body.getBytes(UTF_8));
  }

  private static void holds(Answer answer) {
    assertThatCode(() -> Contract.hold(answer)).doesNotThrowAnyException();
  }

  private static void fails(Answer answer) {
    assertThatThrownBy(() -> Contract.hold(answer)).isInstanceOf(AssertionError.class);
  }

  @Test
  void answer_asInTheDocument_holds() {
    holds(answer(ME, 200, USER));
    holds(answer(ME + "/", 200, USER));
    holds(answer("/api/v2/chats", 200, "[]"));
    holds(answer("/api/experimental/chats", 200, "[]"));
    holds(answer("/api/v2/nothing", 404, "{\"message\":\"Route not found.\"}"));
  }

  @ParameterizedTest
  @CsvSource({
    "'\"name\":\"Ada\",', ''",
    "'\"name\":\"Ada\"', '\"name\":null'",
    "'\"name\":\"Ada\"', '\"name\":1'",
    "'\"name\":\"Ada\"', '\"name\":\"Ada\",\"more\":1'",
    "11111111-1111-4111-8111-111111111111, 1111111A-1111-4111-8111-111111111111",
    ".123456Z, .1234567Z",
    ".123456Z, +01:00",
    "'[],\"has_ai_seat\":true}', '[],\"has_ai_seat\":true'",
  })
  void body_thatIsNotAsItsSchema_fails(String part, String instead) {
    assertThat(USER).contains(part);
    fails(answer(ME, 200, USER.replace(part, instead)));
  }

  @ParameterizedTest
  @CsvSource({
    "/api/v2/users/me, 418",
    "/api/v2/users/me, 404",
    "/api/v2/nothing, 400",
    "/api/v2/chats/44444444-4444-4444-8444-444444444444/nothing, 200"
  })
  void status_thatTheDocumentDoesNotHave_fails(String path, int status) {
    fails(answer(path, status, "{\"message\":\"Something.\"}"));
  }

  @Test
  void error_withAnotherText_fails() {
    holds(answer(ME, 403, "{\"message\":\"Forbidden.\"}"));
    fails(answer(ME, 403, "{\"message\":\"Not allowed.\"}"));
    fails(answer(ME, 403, "{\"message\":\"Forbidden.\",\"detail\":null}"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"text/plain", "application/json", "application/json;charset=utf-8"})
  void type_thatIsNotExact_fails(String type) {
    fails(answer("GET", ME, 200, USER, Map.of("content-type", type)));
  }

  @ParameterizedTest
  @CsvSource({
    "x-chat-replica-id, replica",
    "x-request-id, a b",
    "retry-after, 1",
    "set-cookie, a=b",
    "server, chatd",
    "cache-control, private"
  })
  void header_thatIsWrong_fails(String name, String value) {
    fails(answer("GET", ME, 200, USER, Map.of(name, value)));
  }

  @Test
  void header_thatIsMissing_fails() {
    for (var name : List.of("x-request-id", "content-security-policy", "referrer-policy")) {
      var whole = answer(ME, 200, USER);
      whole.headers().remove(name);
      fails(whole);
    }
  }

  @Test
  void chat_thatRunsWithoutAPhase_fails() {
    var event =
        """
        {"type":"status","chat_id":"%s","snapshot_version":1,\
        "status":{"status":"running","history_version":1%s}}\
        """;
    Contract.hold("StreamEvent", event.formatted(REPLICA, ",\"phase\":\"queued\""));
    assertThatThrownBy(() -> Contract.hold("StreamEvent", event.formatted(REPLICA, "")))
        .isInstanceOf(AssertionError.class);
  }

  /// Requests over bare sockets cannot be found like this; `RawRequest` and `StreamSocket` make
  /// them.
  @Test
  void everyTestThatMakesRequests_holdsTheAnswers() {
    classes()
        .that(describe("make requests", ContractTest::makesRequests))
        .should()
        .dependOnClassesThat()
        .areAssignableTo(Contract.class)
        .check(
            new ClassFileImporter()
                .withImportOption(ImportOption.Predefined.ONLY_INCLUDE_TESTS)
                .importPackages("chatd"));
  }

  private static boolean makesRequests(JavaClass test) {
    return !OTHER_SERVERS.contains(test.getSimpleName())
        && test.getMethodCallsFromSelf().stream()
            .anyMatch(call ->
                call.getTargetOwner().isEquivalentTo(HttpClient.class)
                    && call.getName().startsWith("send"));
  }
}
