package chatd.bench.fuzz;

import chatd.bench.user.Dice;
import chatd.bench.user.Request;
import java.nio.charset.StandardCharsets;
import java.util.List;

/// Changes one thing about a valid request.
final class RequestMutation {
  private static final List<String> METHODS =
      List.of("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "QUERY", "get");

  private static final List<String> SEGMENTS =
      List.of(
          "0",
          "-1",
          "1",
          "9223372036854775807",
          "9223372036854775808",
          "1e3",
          "abc",
          "%00",
          "%20",
          "%ff",
          "%F0%9F%98%80",
          "me",
          "default",
          "watch",
          "files",
          "null",
          "%2e",
          "%5c",
          "+",
          "~",
          "00000000-0000-0000-0000-000000000000",
          "FFFFFFFF-FFFF-4FFF-8FFF-FFFFFFFFFFFF",
          "33333333-3333-4333-8333-33333333333",
          "3-3-3-3-3",
          "{chat}",
          "0x1",
          "%31",
          "1%00");

  private static final List<String> QUERY_VALUES =
      List.of(
          "",
          "0",
          "-1",
          "1",
          "200",
          "201",
          "9223372036854775807",
          "9223372036854775808",
          "1e3",
          "abc",
          "%00",
          "%ff",
          "%ed%a0%80",
          "null",
          "true",
          "%22",
          "1.1.1",
          "1.1.1.1",
          "0.0.0.0",
          "-1.0.0",
          "9223372036854775807.9223372036854775807.9223372036854775807",
          "1.1",
          "99999999999999999999.1.1",
          "a:b",
          ":",
          "archived:maybe",
          "title:",
          "title:%00",
          "status:running+status:error",
          "%D9%A1",
          "envelope",
          "ENVELOPE",
          "committed",
          "+",
          "%2B1");

  private static final List<String> QUERY_NAMES =
      List.of(
          "limit",
          "offset",
          "after_id",
          "before_id",
          "before",
          "q",
          "label",
          "cursor",
          "framing",
          "after_revision",
          "after_attempt",
          "after_seq",
          "wait",
          "coder_session_token",
          "x");

  private RequestMutation() {}

  static Request of(Request request, Dice dice) {
    return switch (dice.below(10)) {
      case 0 -> request.withMethod(dice.of(METHODS));
      case 1 -> path(request, dice);
      case 2, 3 -> query(request, dice);
      case 4 -> header(request, dice);
      case 5 -> contentType(request, dice);
      case 6 ->
          request.withBody(
              JsonMutation.of("{\"content\":[]}".getBytes(StandardCharsets.US_ASCII), dice));
      default ->
          request.body().length == 0
              ? query(path(request, dice), dice)
              : request.withBody(JsonMutation.of(request.body(), dice));
    };
  }

  private static Request path(Request request, Dice dice) {
    var parts = request.path().split("/", -1);
    var at = dice.between(1, Math.max(1, parts.length - 1));
    if (at < parts.length) {
      parts[at] = dice.oneIn(4) ? parts[at] + dice.of(SEGMENTS) : dice.of(SEGMENTS);
    }
    var rest = request.target().substring(request.path().length());
    var path = String.join("/", parts);
    return request.withTarget((dice.oneIn(8) ? path + "/" : path) + rest);
  }

  private static Request query(Request request, Dice dice) {
    var target = new StringBuilder(request.target());
    for (var more = dice.between(1, 3); more > 0; more--) {
      target
          .append(target.indexOf("?") < 0 ? '?' : '&')
          .append(dice.of(QUERY_NAMES))
          .append('=')
          .append(dice.of(QUERY_VALUES));
    }
    return request.withTarget(target.toString());
  }

  private static Request header(Request request, Dice dice) {
    var value = dice.of(QUERY_VALUES);
    return switch (dice.below(9)) {
      case 0 -> request.without("Authorization");
      case 1 -> request.without("Authorization").with("Authorization: Bearer " + value);
      case 2 -> request.with("Coder-Session-Token: " + value);
      case 3 ->
          request.with(
              "Idempotency-Key: " + dice.of("", " ", "k".repeat(129), "a b", "\u00e9", value));
      case 4 ->
          request.with(
              "Origin: "
                  + dice.of(
                      "null", "http://localhost", "http://evil.example", "x", "http://[", ""));
      case 5 -> request.with("Last-Event-ID: " + value);
      case 6 ->
          request.with(
              "Accept: " + dice.of("text/event-stream", "*/*", "text/html", "", ";", value));
      case 7 -> request.with("Access-Control-Request-Method: " + value).with("Origin: http://a");
      default -> request.with("If-None-Match: *").with("Range: bytes=0-1");
    };
  }

  private static Request contentType(Request request, Dice dice) {
    var type =
        dice.of(
            "text/plain",
            "application/xml",
            "multipart/form-data; boundary=x",
            "application/x-www-form-urlencoded",
            "application/json; charset=utf-16",
            "",
            "x",
            "application/json; charset=\"\"",
            "application/json; charset=nonsense",
            "*/*");
    return request.without("Content-Type").with("Content-Type: " + type);
  }
}
