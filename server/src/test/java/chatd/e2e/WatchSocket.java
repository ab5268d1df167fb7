package chatd.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import chatd.server.stream.RawClient;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Predicate;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Somebody who watches all own chats and writes down what is told.
final class WatchSocket implements AutoCloseable {
  private static final JsonMapper MAPPER = JsonMapper.builder().build();

  private final RawClient raw;
  private final List<JsonNode> events = new CopyOnWriteArrayList<>();
  private volatile @Nullable String end;

  private WatchSocket(RawClient raw) {
    this.raw = raw;
  }

  static WatchSocket open(ApiClient client) {
    return open(client, "");
  }

  static WatchSocket open(ApiClient client, String query) {
    try {
      var raw = RawClient.connect(client.port(), 256 << 10);
      raw.send(
          "GET /api/v2/chats/watch" + query + " HTTP/1.1",
          "Host: localhost",
          "Authorization: Bearer " + client.token(),
          "Upgrade: websocket",
          "Connection: Upgrade",
          "Sec-WebSocket-Version: 13",
          "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==");
      assertThat(raw.head().getFirst()).contains(" 101 ");
      var socket = new WatchSocket(raw);
      Thread.ofVirtual().start(socket::read);
      return socket;
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private void read() {
    var text = new ByteArrayOutputStream();
    try {
      while (end == null) {
        var frame = raw.frame();
        switch (frame.opcode()) {
          case RawClient.PING -> raw.sendFrame(RawClient.PONG, frame.payload());
          case RawClient.CLOSE -> {
            end = frame.closeCode() + " " + frame.closeText();
            raw.sendFrame(RawClient.CLOSE, frame.payload());
          }
          default -> {
            text.writeBytes(frame.payload());
            if (frame.fin()) {
              events.add(MAPPER.readTree(text.toString(UTF_8)));
              text.reset();
            }
          }
        }
      }
    } catch (IOException e) {
      end = end == null ? "cut" : end;
    }
  }

  List<JsonNode> events() {
    return List.copyOf(events);
  }

  /// The kinds that were told of a chat.
  List<String> kinds(String chat) {
    return events.stream()
        .filter(event -> event.path("chat").path("id").asString().equals(chat))
        .map(event -> event.path("kind").asString())
        .toList();
  }

  /// The chat in an event of this kind, or of any if that is empty; waits for one that is as
  /// wanted.
  JsonNode await(String chat, String kind, Duration atMost, Predicate<JsonNode> wanted) {
    return Awaitility.await(kind + " of " + chat)
        .atMost(atMost)
        .until(
            () ->
                events.stream()
                    .filter(event -> event.path("kind").asString().startsWith(kind))
                    .filter(event -> event.path("chat").path("id").asString().equals(chat))
                    .map(event -> event.path("chat"))
                    .filter(wanted)
                    .findFirst(),
            Optional::isPresent)
        .orElseThrow();
  }

  /// How the server ended it: code and text.
  String awaitEnd() {
    Awaitility.await().atMost(Duration.ofSeconds(20)).until(() -> end != null);
    return String.valueOf(end);
  }

  boolean isOpen() {
    return end == null;
  }

  void say(String text) throws IOException {
    raw.sendFrame(RawClient.TEXT, text.getBytes(UTF_8));
  }

  @Override
  public void close() {
    try {
      raw.close();
    } catch (IOException _) {
      // It is gone.
    }
  }
}
