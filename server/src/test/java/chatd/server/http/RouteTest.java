package chatd.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.javalin.http.HandlerType;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Which routes there are, and what becomes of requests to others.
class RouteTest {
  @RegisterExtension static final ApiServer SERVER = new ApiServer();

  private Person ada;

  @BeforeEach
  void signIn() {
    ada = SERVER.stage().person();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/api/v2/nothing",
        "/api/v2/chats/a/b/c",
        "/api/v2/chats/44444444-4444-4444-8444-444444444444/nothing",
        "/api/v2/chats/44444444-4444-4444-8444-444444444444/stream/parts",
        "/api/experimental/nothing",
        "/api/experimental/users/me",
      })
  void unknownRoute_is404(String path) {
    ada.callAt("GET", path, "").refuses(ApiError.ROUTE_NOT_FOUND);
  }

  @ParameterizedTest
  @CsvSource({
    "PUT, ''",
    "DELETE, ''",
    "PUT, /44444444-4444-4444-8444-444444444444",
    "DELETE, /44444444-4444-4444-8444-444444444444/messages",
    "GET, /44444444-4444-4444-8444-444444444444/interrupt",
    "GET, /44444444-4444-4444-8444-444444444444/queue/1/promote",
    "HEAD, ''",
    "HEAD, /44444444-4444-4444-8444-444444444444/stream",
    "HEAD, /44444444-4444-4444-8444-444444444444/interrupt",
    "OPTIONS, ''",
  })
  void otherMethod_is405(String method, String path) {
    var reply = ada.call(method, path, "");
    assertThat(reply.status()).isEqualTo(405);
    if (!method.equals("HEAD")) {
      reply.refuses(ApiError.METHOD_NOT_ALLOWED);
    }
  }

  @Test
  void head_ofAnUnknownRoute_is404() {
    ada.callAt("HEAD", "/api/v2/nothing", "").is(404);
  }

  @ParameterizedTest
  @ValueSource(strings = {"/api/v2/buildinfo", "/api/v2/openapi.yaml"})
  void head_ofARouteForAnyone_is405(String path) {
    ada.callAt("HEAD", path, "").is(405);
  }

  @Test
  void slashAtTheEnd_isTheSameRoute() {
    ada.get("/").is(200);
    ada.post("/", Person.content("hi")).is(201);
  }

  static Stream<NotServedYet.Route> chatRoutes() {
    return NotServedYet.CHAT_ROUTES.stream();
  }

  @ParameterizedTest
  @MethodSource("chatRoutes")
  void chatRouteNotServedYet_is501_beforeItsBodyIsRead(NotServedYet.Route route) {
    var admin = SERVER.stage().administrator();
    var path = route.path().replace("{chat}", admin.newChat().path().substring(1));
    for (var mount : UserRoutes.MOUNTS) {
      refuses501(admin, route.method(), mount + filled(path));
    }
  }

  private static void refuses501(Person person, HandlerType method, String path) {
    var request =
        "%s %s HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer %s\r\nContent-Length: 9\r\n\r\n"
            .formatted(method.name(), path, person.token());
    // The body that it announces never comes.
    try (var raw =
        RawRequest.send(person.stage().port(), request.getBytes(StandardCharsets.US_ASCII))) {
      assertThat(raw.status()).isEqualTo(501);
    }
    person.callAt(method.name(), path, "{").refuses(ApiError.NOT_SERVED_YET);
    person.stage().send(method.name(), path, new byte[0]).is(401);
  }

  private static String filled(String path) {
    return path.replaceAll("\\{\\w+}", UUID.randomUUID().toString());
  }

  @Test
  void everyRouteOfTheContract_isThere() {
    var all =
        List.of(
            "GET /watch",
            "GET /models",
            "GET /providers",
            "POST /providers",
            "PATCH /providers/x",
            "DELETE /providers/x",
            "GET /model-configs",
            "POST /model-configs",
            "PATCH /model-configs/x",
            "DELETE /model-configs/x",
            "POST /files",
            "GET /files/x");
    for (var route : all) {
      var parts = route.split(" ", 2);
      assertThat(ada.call(parts[0], parts[1], "").status()).as(route).isNotIn(404, 405);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "GET, /files/x, Invalid file ID.",
    "PATCH, /providers/x, Invalid provider ID.",
    "DELETE, /model-configs/x, Invalid model config ID.",
  })
  void pathId_malformed_isNamed_beforeAccessIsChecked(String method, String path, String message) {
    ada.call(method, path, "").refuses(400, message);
  }

  @ParameterizedTest
  @CsvSource({
    "0, Message ID must be a positive integer.",
    "-1, Message ID must be a positive integer.",
    "-9223372036854775808, Message ID must be a positive integer.",
    "abc, Invalid chat message ID.",
    "1.0, Invalid chat message ID.",
    "+1, Invalid chat message ID.",
    "9223372036854775808, Invalid chat message ID.",
    "-9223372036854775809, Invalid chat message ID.",
  })
  void messageId_malformed(String id, String message) {
    var chat = ada.newChat();
    chat.patch("/messages/" + id, "{").refuses(400, message);
    var queued = message.replace("chat message", "queued message");
    chat.delete("/queue/" + id).refuses(400, queued);
    chat.post("/queue/" + id + "/promote", "").refuses(400, queued);
  }

  @Test
  void messageId_largest_isMissing() {
    var chat = ada.newChat();
    var id = Long.MAX_VALUE;
    chat.patch("/messages/" + id, Person.content("x")).refuses(ApiError.MESSAGE_NOT_FOUND);
    chat.delete("/queue/" + id).refuses(ApiError.QUEUED_MESSAGE_NOT_FOUND);
    chat.post("/queue/" + id + "/promote", "").refuses(ApiError.QUEUED_MESSAGE_NOT_FOUND);
  }

  @Test
  void messageId_malformed_comesBeforeTheAccess_andTheChatIdBeforeBoth() {
    var foreign = SERVER.stage().person().newChat().path();
    ada.patch(foreign + "/messages/x", "").refuses(ApiError.MESSAGE_ID_INVALID);
    ada.patch("/x/messages/x", "").refuses(ApiError.CHAT_ID_INVALID);
    ada.patch(foreign + "/messages/1", "").refuses(ApiError.NOT_FOUND);
  }
}
