package chatd.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Locale;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Pages of other origins.
class CrossOriginTest {
  @RegisterExtension static final ApiServer SERVER = new ApiServer();

  private static final String ALLOWED = "https://app.example.org";
  private static final String OTHER = "https://app.example.org:8443";
  private static final byte[] NOTHING = {};

  private static ApiStage stage;

  @BeforeAll
  static void start() {
    stage = SERVER.stage(ApiStage.Settings.DEFAULT.withAllowedOrigins(ALLOWED));
  }

  @AfterAll
  static void stop() throws Exception {
    stage.close();
  }

  private static Reply get(ApiStage where, String path, String origin) {
    return where.send("GET", path, NOTHING, "Origin", origin);
  }

  private static Reply preflight(ApiStage where, String path, String origin) {
    return where.send(
        "OPTIONS", path, NOTHING, "Origin", origin, "Access-Control-Request-Method", "POST");
  }

  @ParameterizedTest
  @ValueSource(strings = {"/healthz", "/api/v2/buildinfo", "/api/v2/chats", "/api/nothing", "/x"})
  void allowedOrigin_mayReadEveryAnswer(String path) {
    var reply = get(stage, path, ALLOWED);
    assertThat(reply.header("Access-Control-Allow-Origin")).isEqualTo(ALLOWED);
    assertThat(reply.header("Access-Control-Expose-Headers"))
        .isEqualTo("X-Chat-Replica-Id, X-Request-Id, Idempotency-Replayed, Retry-After");
    assertThat(reply.header("Vary")).isEqualTo("Origin");
    assertThat(reply.header("Access-Control-Allow-Credentials")).isEmpty();
  }

  @Test
  void allowedOrigin_withATokenInAHeader_works() {
    var ada = stage.person();
    var reply = ada.call("POST", "", Person.content("hi"), "Origin", ALLOWED).is(201);
    assertThat(reply.header("Access-Control-Allow-Origin")).isEqualTo(ALLOWED);
  }

  @Test
  void allowedOrigin_withACookie_isForbidden() {
    var cookie = "coder_session_token=" + stage.person().token();
    stage
        .send("GET", "/api/v2/users/me", NOTHING, "Cookie", cookie, "Origin", ALLOWED)
        .refuses(ApiError.FORBIDDEN);
  }

  @Test
  void otherOrigin_mayNotRead() {
    var reply = get(stage, "/healthz", OTHER).is(200);
    assertThat(reply.header("Access-Control-Allow-Origin")).isEmpty();
    assertThat(reply.header("Access-Control-Expose-Headers")).isEmpty();
    assertThat(reply.header("Vary")).isEqualTo("Origin");
  }

  @ParameterizedTest
  @ValueSource(strings = {"/api/v2/chats", "/api/v2/nothing", "/healthz"})
  void preflight_ofAnAllowedOrigin_isAnsweredWithoutToken(String path) {
    var reply = preflight(stage, path, ALLOWED).is(204);
    assertThat(reply.body()).isEmpty();
    assertThat(reply.header("Access-Control-Allow-Origin")).isEqualTo(ALLOWED);
    assertThat(reply.header("Access-Control-Allow-Methods")).isEqualTo("GET, POST, PATCH, DELETE");
    assertThat(reply.header("Access-Control-Allow-Headers"))
        .isEqualTo(
            "Authorization, Coder-Session-Token, Content-Type, Content-Disposition,"
                + " Idempotency-Key, Last-Event-ID, X-Request-Id");
    assertThat(reply.header("Access-Control-Max-Age")).isEqualTo("600");
    assertThat(reply.header("X-Chat-Replica-Id")).isNotEmpty();
    assertThat(reply.header("X-Request-Id")).isNotEmpty();
  }

  @Test
  void preflight_ofAnotherOrigin_allowsNothing() {
    for (var where : new ApiStage[] {stage, SERVER.stage()}) {
      var reply = preflight(where, "/api/v2/chats", OTHER).is(204);
      assertThat(reply.answer().headers().map().keySet())
          .noneMatch(name -> name.toLowerCase(Locale.ROOT).startsWith("access-control"));
    }
  }

  @Test
  void noOriginAllowed_saysNothing() {
    var reply = get(SERVER.stage(), "/healthz", ALLOWED).is(200);
    assertThat(reply.header("Vary")).isEmpty();
    assertThat(reply.header("Access-Control-Allow-Origin")).isEmpty();
  }

  @Test
  void optionsThatIsNoPreflight_is405() {
    var ada = stage.person();
    ada.call("OPTIONS", "", "", "Origin", ALLOWED).refuses(ApiError.METHOD_NOT_ALLOWED);
  }
}
