package chatd.bench.fuzz;

import chatd.bench.user.Dice;
import chatd.bench.user.Request;
import java.util.List;

/// Requests that open streams, right ones and others.
final class Handshakes {
  private static final String KEY = "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==";
  private static final List<String> RIGHT =
      List.of("Upgrade: websocket", "Connection: Upgrade", "Sec-WebSocket-Version: 13", KEY);

  private static final List<String> QUERIES =
      List.of(
          "",
          "",
          "",
          "after_id=0",
          "after_id=-1",
          "after_id=9223372036854775807",
          "after_id=9223372036854775808",
          "after_id=abc",
          "after_id=",
          "after_id=%00",
          "after_id=1&after_id=2",
          "cursor=0.0.0.0",
          "cursor=1.1.1",
          "cursor=1.1",
          "cursor=....",
          "cursor=99999.99999.99999.99999",
          "cursor=-1.1.1",
          "cursor=1.1.1.1.1",
          "cursor=%F0%9F%98%80",
          "cursor=9223372036854775807.9223372036854775807.9223372036854775807.9223372036854775807",
          "after_revision=1&after_attempt=1&after_seq=1",
          "after_revision=x",
          "after_seq=5",
          "framing=envelope",
          "framing=x",
          "framing=envelope&framing=envelope");

  private Handshakes() {}

  /// A WebSocket, as it should be asked for.
  static Request webSocket(String path, String token) {
    var request = Request.of("GET", path).withToken(token);
    for (var line : RIGHT) {
      request = request.with(line);
    }
    return request;
  }

  static Request serverSentEvents(String path, String token) {
    return Request.of("GET", path).withToken(token).with("Accept: text/event-stream");
  }

  /// With some position to go on from, possible or not.
  static Request positioned(Request request, Dice dice) {
    var query = dice.of(QUERIES);
    var asked = query.isEmpty() ? request : request.withTarget(request.target() + "?" + query);
    return dice.oneIn(6)
        ? asked.with("Last-Event-ID: " + dice.of("1.1.1.1", "0.0.0.0", "x", "-1.0.0.0", "", "1.1"))
        : asked;
  }

  /// With one thing that is not as it should be.
  static Request spoilt(Request request, Dice dice) {
    return switch (dice.below(14)) {
      case 0 -> request.without("Sec-WebSocket-Key");
      case 1 ->
          request
              .without("Sec-WebSocket-Key")
              .with(
                  "Sec-WebSocket-Key: "
                      + dice.of(
                          "", "x", "AAAA", "\u00e9", "dGhlIHNhbXBsZSBub25jZQ", "a".repeat(3_000)));
      case 2 -> request.with(KEY);
      case 3 ->
          request
              .without("Sec-WebSocket-Version")
              .with(
                  "Sec-WebSocket-Version: "
                      + dice.of("12", "0", "14", "-1", "x", "", "13, 8", "99999999999"));
      case 4 -> request.without("Sec-WebSocket-Version");
      case 5 ->
          request.with(
              "Sec-WebSocket-Extensions: "
                  + dice.of(
                      "permessage-deflate",
                      "x",
                      ";;;",
                      "permessage-deflate; server_max_window_bits=0",
                      ",",
                      "a=\"",
                      "permessage-deflate;".repeat(200)));
      case 6 ->
          request.with(
              "Sec-WebSocket-Protocol: "
                  + dice.of("chat", "", ",,", "\u00e9", "a b", "x".repeat(2_000)));
      case 7 ->
          request
              .without("Connection")
              .with("Connection: " + dice.of("close", "keep-alive", "Upgrade, close", "upgradeX"));
      case 8 ->
          request
              .without("Upgrade")
              .with(
                  "Upgrade: " + dice.of("h2c", "websocket, h2c", "WebSocket/13", "", "WEBSOCKET"));
      case 9 -> request.withMethod(dice.of("POST", "HEAD", "PUT", "OPTIONS"));
      case 10 -> request.withBody(dice.bytes(dice.between(1, 200)));
      case 11 -> request.without("Authorization").with("Origin: http://evil.example");
      case 12 ->
          request
              .without("Authorization")
              .withTarget(request.target() + "?coder_session_token=" + dice.letters(20));
      default -> request.with("Accept: text/event-stream").with("Transfer-Encoding: chunked");
    };
  }
}
