package chatd.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Locale;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Who gets in, and to what.
class AccessTest {
  @RegisterExtension static final ApiServer SERVER = new ApiServer();

  private static final byte[] NOTHING = {};

  private ApiStage stage;
  private Person ada;

  @BeforeEach
  void signIn() {
    stage = SERVER.stage();
    ada = stage.person();
  }

  private Reply me(String... headers) {
    return stage.send("GET", "/api/v2/users/me", NOTHING, headers);
  }

  @Test
  void token_isTakenFromEachHeader() {
    me("Authorization", "Bearer " + ada.token()).is(200);
    me("Authorization", "bearer " + ada.token()).is(200);
    me("Coder-Session-Token", ada.token()).is(200);
    me("Cookie", "a=b; coder_session_token=" + ada.token()).is(200);
  }

  @Test
  void token_inTheQuery_isForUpgradesOnly() {
    var query = "?coder_session_token=" + ada.token();
    stage.send("GET", "/api/v2/users/me" + query, NOTHING).refuses(ApiError.NOT_SIGNED_IN);
    var path = Person.V2 + ada.newChat().path() + "/stream" + query;
    try (var socket = RawRequest.upgrade(stage.port(), path)) {
      assertThat(socket.status()).isEqualTo(101);
    }
  }

  @Test
  void token_comesBeforeWhatIsWrongAboutTheQuery() {
    for (var query : new String[] {"?x=%zz", "?coder_session_token=%zz"}) {
      try (var socket = RawRequest.upgrade(stage.port(), Person.V2 + "/x/stream" + query)) {
        assertThat(socket.status()).isEqualTo(401);
      }
    }
  }

  @Test
  void token_firstThatIsThere_counts() {
    me("Authorization", "Bearer no", "Coder-Session-Token", ada.token())
        .refuses(ApiError.NOT_SIGNED_IN);
    me("Coder-Session-Token", "no", "Cookie", "coder_session_token=" + ada.token())
        .refuses(ApiError.NOT_SIGNED_IN);
    me("Coder-Session-Token", ada.token(), "Cookie", "coder_session_token=no").is(200);
    me("Authorization", "Basic no", "Coder-Session-Token", ada.token()).is(200);
  }

  @Test
  void token_missingUnknownOrExpired_is401() {
    me().refuses(ApiError.NOT_SIGNED_IN);
    me("Authorization", "Bearer").refuses(ApiError.NOT_SIGNED_IN);
    me("Authorization", "Bearer ").refuses(ApiError.NOT_SIGNED_IN);
    me("Authorization", "Bearer " + UUID.randomUUID()).refuses(ApiError.NOT_SIGNED_IN);
    var late = Person.signedIn(stage, Duration.ofSeconds(-1));
    me("Authorization", "Bearer " + late.token()).refuses(ApiError.NOT_SIGNED_IN);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "GET /api/v2/chats",
        "POST /api/v2/chats",
        "PUT /api/v2/chats",
        "GET /api/v2/chats/x",
        "GET /api/v2/chats/watch",
        "GET /api/v2/nothing",
        "GET /api/v2/replicas",
        "GET /api/v2/users",
        "HEAD /api/v2/chats",
        "OPTIONS /api/v2/chats",
      })
  void withoutToken_everyPathIs401(String request) {
    var parts = request.split(" ", 2);
    stage.send(parts[0], parts[1], NOTHING).is(401);
  }

  @ParameterizedTest
  @ValueSource(strings = {"/healthz", "/readyz", "/api/v2/buildinfo", "/api/v2/buildinfo/"})
  void withoutToken_someAreOpen(String path) {
    stage.send("GET", path, NOTHING).is(200);
  }

  @ParameterizedTest
  @CsvSource({
    "GET, ''",
    "PATCH, ''",
    "DELETE, ''",
    "GET, /messages",
    "POST, /messages",
    "PATCH, /messages/1",
    "DELETE, /queue/1",
    "POST, /queue/1/promote",
    "POST, /interrupt",
    "POST, /retry",
    "GET, /stream",
    "POST, /tool-results",
    "POST, /compact",
    "POST, /clear",
    "POST, /title/regenerate",
    "POST, /title/propose",
    "GET, /prompts",
    "GET, /cost",
  })
  void chat_foreignOrMissing_isNotFound_whateverIsAsked(String method, String path) {
    var foreign = stage.person().newChat().path();
    for (var mount : new String[] {Person.V2, Person.EXPERIMENTAL}) {
      for (var person : new Person[] {ada, stage.administrator()}) {
        var here = person.on(mount);
        // Broken, empty and complete.
        for (var body : new String[] {"{", "{}", Person.content("hi", "\"title\":\"mine\"")}) {
          here.call(method, foreign + path, body).refuses(ApiError.NOT_FOUND);
          here.call(method, "/" + UUID.randomUUID() + path, body).refuses(ApiError.NOT_FOUND);
        }
        here.call(method, "/no-uuid" + path, "{").refuses(ApiError.CHAT_ID_INVALID);
        here.call(method, "/1-1-1-1-1" + path, "{").refuses(ApiError.CHAT_ID_INVALID);
      }
    }
  }

  @Test
  void chat_deleted_isNotFound() {
    var chat = ada.newChat().answered();
    chat.delete("").is(204);
    chat.get("").refuses(ApiError.NOT_FOUND);
    chat.send("hi").refuses(ApiError.NOT_FOUND);
  }

  @ParameterizedTest
  @CsvSource({"POST, /messages", "PATCH, /messages/1"})
  void chat_foreignOrMissing_isNotFound_alsoWithAKeyThatWasUsed(String method, String path) {
    var foreign = stage.person().newChat().path();
    var key = UUID.randomUUID().toString();
    ada.post("", Person.content("hi"), "Idempotency-Key", key).is(201);
    for (var chat : new String[] {foreign, "/" + UUID.randomUUID()}) {
      ada.call(method, chat + path, Person.content("hi"), "Idempotency-Key", key)
          .refuses(ApiError.NOT_FOUND);
    }
  }

  @Test
  void chat_idInUpperCase_isTheSameChat() {
    var path = ada.newChat().path();
    assertThat(ada.get(path.toUpperCase(Locale.ROOT)).is(200).text("id"))
        .isEqualTo(path.substring(1));
  }

  @ParameterizedTest
  @ValueSource(strings = {"GET", "POST", "PATCH", "DELETE"})
  void cookie_fromAForeignOrigin_isForbidden(String method) {
    var cookie = "coder_session_token=" + ada.token();
    for (var origin : new String[] {"https://evil.example.org", "null", "http://127.0.0.1:1"}) {
      stage
          .send(method, Person.V2, NOTHING, "Cookie", cookie, "Origin", origin)
          .refuses(ApiError.FORBIDDEN)
          .withDetail("Origin is not allowed.");
    }
  }

  @Test
  void cookie_fromTheOwnOrigin_isTaken() {
    var cookie = "coder_session_token=" + ada.token();
    me("Cookie", cookie).is(200);
    me("Cookie", cookie, "Origin", "http://127.0.0.1:" + stage.port()).is(200);
    me("Cookie", cookie, "Origin", "https://127.0.0.1:" + stage.port()).is(200);
    me("Cookie", cookie, "Origin", "https://chat.example.org").is(200);
    me("Cookie", cookie, "Origin", "https://CHAT.example.org:443").is(200);
    me("Cookie", cookie, "Origin", "http://chat.example.org").is(403);
    me("Cookie", cookie, "Origin", "https://chat.example.org", "Origin", "https://evil.org")
        .is(403);
  }

  @ParameterizedTest
  @CsvSource({
    "my_host:8080, http://my_host:8080, 200",
    "my_host, https://MY_HOST:443, 200",
    "my_host, http://my_host:8080, 403",
    "my_host, http://ada@my_host, 403",
    "[::1]:8080, http://[::1]:8080, 200",
    "[::1]:8080, http://[::2]:8080, 403",
  })
  void cookie_ownOrigin_isTheHostWhateverItIsCalled(String host, String origin, int status) {
    var request =
        "GET /api/v2/users/me HTTP/1.1\r\nHost: %s\r\nOrigin: %s\r\nCookie: %s\r\n\r\n"
            .formatted(host, origin, "coder_session_token=" + ada.token());
    try (var answer = RawRequest.send(stage.port(), request.getBytes(StandardCharsets.UTF_8))) {
      assertThat(answer.status()).isEqualTo(status);
    }
  }

  @Test
  void cookie_onAnUpgradeFromAForeignOrigin_isForbidden() {
    var path = Person.V2 + ada.newChat().path() + "/stream";
    var cookie = "Cookie: coder_session_token=" + ada.token();
    try (var socket =
        RawRequest.upgrade(stage.port(), path, cookie, "Origin: https://evil.example.org")) {
      assertThat(socket.status()).isEqualTo(403);
    }
    try (var socket =
        RawRequest.upgrade(
            stage.port(), path, cookie, "Origin: http://127.0.0.1:" + stage.port())) {
      assertThat(socket.status()).isEqualTo(101);
    }
  }

  @Test
  void origin_withATokenInAHeader_doesNotMatter() {
    me("Coder-Session-Token", ada.token(), "Origin", "https://evil.example.org").is(200);
  }

  @Test
  void origin_foreign_comesBeforeTheRouteAndAfterTheToken() {
    var origin = "https://evil.example.org";
    stage.send("GET", "/api/v2/nothing", NOTHING, "Origin", origin).refuses(ApiError.NOT_SIGNED_IN);
    stage
        .send(
            "GET",
            "/api/v2/nothing",
            NOTHING,
            "Cookie",
            "coder_session_token=" + ada.token(),
            "Origin",
            origin)
        .refuses(ApiError.FORBIDDEN);
  }

  @Test
  void session_isRememberedForTwoSeconds_andARefusalIsNot() {
    var token = UUID.randomUUID().toString();
    me("Authorization", "Bearer " + token).is(401);
    stage.backend.addToken(
        ada.user(), Sha256.of(token.getBytes(StandardCharsets.UTF_8)), Duration.ofDays(1));
    me("Authorization", "Bearer " + token).is(200);
    stage.backend.removeTokens(ada.user());
    me("Authorization", "Bearer " + token).is(200);
    stage.time.advance(Duration.ofSeconds(2));
    me("Authorization", "Bearer " + token).is(401);
  }

  @Test
  void administratorRoutes_areForbiddenToOthers() {
    ada.callAt("GET", "/api/v2/replicas", "").refuses(ApiError.FORBIDDEN);
    stage.administrator().callAt("GET", "/api/v2/replicas", "").is(200);
  }
}
