package chatd.server.model;

import chatd.server.wire.Json;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import tools.jackson.core.JsonToken;

/// One request that a [FakeProvider] got, and what became of its connection.
public final class ProviderExchange {
  private final String requestLine;
  private final Map<String, String> headers;
  private final byte[] body;
  private final CountDownLatch clientClosed = new CountDownLatch(1);

  ProviderExchange(String requestLine, Map<String, String> headers, byte[] body) {
    this.requestLine = requestLine;
    this.headers = headers;
    this.body = body;
  }

  /// Such as `POST /v1/chat/completions HTTP/1.1`.
  public String requestLine() {
    return requestLine;
  }

  /// The value of a header, or an empty text.
  public String header(String lowerCaseName) {
    return headers.getOrDefault(lowerCaseName, "");
  }

  public String body() {
    return new String(body, StandardCharsets.UTF_8);
  }

  /// The text of the last message with role `user`, or an empty text.
  public String lastUserText() {
    var last = "";
    try (var json = Json.parser(body)) {
      var role = "";
      var depth = 0;
      while (json.nextToken() != null) {
        var token = json.currentToken();
        depth += token.isStructStart() ? 1 : token.isStructEnd() ? -1 : 0;
        if (depth == 3 && token == JsonToken.VALUE_STRING) {
          switch (json.currentName()) {
            case "role" -> role = json.getString();
            case "content" -> last = role.equals("user") ? json.getString() : last;
            default -> {}
          }
        }
      }
    }
    return last;
  }

  /// Whether the client has closed the connection, or does so before `patience` is over.
  public boolean isClosedByClient(Duration patience) throws InterruptedException {
    return clientClosed.await(patience.toNanos(), TimeUnit.NANOSECONDS);
  }

  void clientClosed() {
    clientClosed.countDown();
  }
}
