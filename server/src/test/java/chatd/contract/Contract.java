package chatd.contract;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/// What every answer and every event of the server is held against: status, headers, type and body
/// are those that the document has for them.
public final class Contract {
  private static final Document DOCUMENT = Document.SERVED;
  private static final String JSON = "application/json";
  private static final String JSON_AS_SENT = "application/json; charset=utf-8";

  /// Those that say something about the request. One that the document does not have is a mistake.
  private static final Set<String> TELLING = Set.of("Idempotency-Replayed", "Retry-After");

  /// What every answer says to browsers. Whoever serves a page sets cookies; this server never
  /// does.
  static final Map<String, String> TO_BROWSERS =
      Map.of(
          "X-Content-Type-Options", "nosniff",
          "Content-Security-Policy",
              "default-src 'none'; connect-src 'self'; frame-ancestors 'none'",
          "Cross-Origin-Resource-Policy", "same-origin",
          "Referrer-Policy", "no-referrer",
          "Cache-Control", "no-store");

  private Contract() {}

  /// The answer, if it is as the document says.
  public static HttpResponse<byte[]> held(HttpResponse<byte[]> answer) {
    hold(Answer.of(answer));
    return answer;
  }

  /// Likewise, without its body, which is a stream.
  public static <T> HttpResponse<T> heldHead(HttpResponse<T> answer) {
    hold(Answer.headOf(answer));
    return answer;
  }

  /// Fails unless the answer is as the document says.
  public static void hold(Answer answer) {
    var response = response(answer);
    TO_BROWSERS.forEach((name, value) ->
        assertThat(answer.header(name)).as("%s of %s", name, answer).contains(value));
    assertThat(answer.header("Set-Cookie")).as("cookie of %s", answer).isEmpty();
    assertThat(answer.header("Server")).as("server of %s", answer).isEmpty();
    headers(answer, response);
    content(answer, response.path("content"));
  }

  /// Fails unless this JSON is as the schema of this name says, such as `StreamEvent`.
  public static void hold(String schema, String json) {
    var value = read(json.getBytes(StandardCharsets.UTF_8), schema);
    none(DOCUMENT.violations(schema, value), schema, json);
  }

  private static JsonNode response(Answer answer) {
    if (answer.method().equals("OPTIONS") && answer.status() == 204) {
      return DOCUMENT.response("Preflight");
    }
    var found =
        DOCUMENT
            .operation(answer.method(), answer.path())
            .map(operation -> operation.description().path("responses"))
            .map(responses -> responses.path(Integer.toString(answer.status())))
            .or(() -> withoutOperation(answer.status()))
            .map(DOCUMENT::resolved)
            .filter(response -> !response.isMissingNode());
    return found.orElseThrow(
        () -> new AssertionError("The document has no such answer: " + answer + text(answer)));
  }

  /// What is answered where the document has no operation.
  private static Optional<JsonNode> withoutOperation(int status) {
    return Optional.ofNullable(
            switch (status) {
              case 401 -> "NotSignedIn";
              case 403 -> "Forbidden";
              case 404 -> "RouteNotFound";
              case 405 -> "MethodNotAllowed";
              default -> null;
            })
        .map(DOCUMENT::response);
  }

  private static void headers(Answer answer, JsonNode response) {
    var named = response.path("headers");
    for (var header : named.properties()) {
      var wanted = DOCUMENT.resolved(header.getValue());
      var value = answer.header(header.getKey());
      if (wanted.path("required").asBoolean(false)) {
        assertThat(value).as("%s of %s", header.getKey(), answer).isPresent();
      }
      value.ifPresent(text ->
          none(
              DOCUMENT.violations(wanted.path("schema"), JsonNodeFactory.instance.stringNode(text)),
              header.getKey() + " of " + answer,
              text));
    }
    for (var name : TELLING) {
      if (answer.header(name).isPresent()) {
        assertThat(named.has(name)).as("the document has %s of %s", name, answer).isTrue();
      }
    }
  }

  private static void content(Answer answer, JsonNode content) {
    if (answer.method().equals("HEAD")) {
      return;
    }
    var type = answer.header("Content-Type").orElse("");
    if (content.isMissingNode()) {
      assertThat(type).as("type of %s", answer).isEmpty();
      assertThat(answer.body() == null || answer.body().length == 0)
          .as("%s has no body", answer)
          .isTrue();
      return;
    }
    var media =
        content.properties().stream()
            .filter(one -> type.split(";", 2)[0].equals(one.getKey()))
            .findAny()
            .orElseThrow(() -> new AssertionError(answer + " has the type " + type));
    if (media.getKey().equals(JSON)) {
      assertThat(type).as("type of %s", answer).isEqualTo(JSON_AS_SENT);
      if (answer.body() != null) {
        var value = read(answer.body(), answer.toString());
        none(
            DOCUMENT.violations(media.getValue().path("schema"), value),
            answer.toString(),
            text(answer));
      }
    }
  }

  private static JsonNode read(byte[] json, String what) {
    try {
      return Document.JSON.readTree(json);
    } catch (JacksonException e) {
      throw new AssertionError("not JSON: " + what, e);
    }
  }

  private static void none(List<String> violations, String what, String said) {
    assertThat(violations)
        .as(() -> "%s is not as the document says: %s".formatted(what, shortened(said)))
        .isEmpty();
  }

  private static String text(Answer answer) {
    var body = answer.body();
    return body == null ? "" : " " + shortened(new String(body, StandardCharsets.UTF_8));
  }

  private static String shortened(String text) {
    return text.length() <= 2000 ? text : text.substring(0, 2000) + "...";
  }
}
