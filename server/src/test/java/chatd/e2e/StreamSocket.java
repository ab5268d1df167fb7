package chatd.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import chatd.contract.Answer;
import chatd.contract.Contract;
import chatd.server.stream.RawClient;
import chatd.strict.JsonSlices;
import chatd.strict.StreamEvent;
import chatd.strict.StreamRequest;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/// One connection to a stream. It finds fault with everything that the carrier must not do, and
/// hands on the events as they were written.
final class StreamSocket implements AutoCloseable {
  /// The ways in which events can be carried.
  enum Kind {
    WEB_SOCKET,
    ENVELOPE,
    SSE
  }

  /// How quickly a client reads.
  ///
  /// @param receiveBytes what its system takes that it has not read itself
  /// @param rest after each piece that it read, of 16 KiB at most
  record Pace(int receiveBytes, Duration rest) {
    static final Pace USUAL = new Pace(256 << 10, Duration.ZERO);
  }

  /// How the server ended the stream; code 0: without a word.
  record End(int code, String text) {}

  private static final int EVENTS_MAX = 256;
  private static final int MESSAGE_BYTES_MAX = 4 << 20;
  private static final int BEHIND_BYTES_MAX = 64 << 10;

  private final Kind kind;
  private final RawClient raw;
  private final Duration rest;
  private final ByteArrayOutputStream unread = new ByteArrayOutputStream();
  private final Deque<StreamEvent> waiting = new ArrayDeque<>();
  private @Nullable End end;
  private boolean retryWasSaid;
  private int pings;
  private int messages;

  private StreamSocket(Kind kind, RawClient raw, Duration rest) {
    this.kind = kind;
    this.raw = raw;
    this.rest = rest;
  }

  /// Opens a stream.
  ///
  /// @throws Refused if the server does not open it
  static StreamSocket open(
      Kind kind, ApiClient client, String chat, StreamRequest request, Pace pace)
      throws IOException {
    var raw = RawClient.connect(client.port(), pace.receiveBytes());
    var socket = new StreamSocket(kind, raw, pace.rest());
    try {
      socket.handshake(client, chat, request);
    } catch (IOException | RuntimeException e) {
      raw.close();
      throw e;
    }
    return socket;
  }

  /// The server answered something else than a stream.
  static final class Refused extends RuntimeException {
    private static final long serialVersionUID = 1;
    private final int status;

    Refused(int status) {
      super("answered with " + status);
      this.status = status;
    }

    int status() {
      return status;
    }
  }

  private void handshake(ApiClient client, String chat, StreamRequest request) throws IOException {
    var framing = kind == Kind.ENVELOPE ? "&framing=envelope" : "";
    var path = "/api/v2/chats/%s/stream?%s%s".formatted(chat, request.query(), framing);
    var lines =
        new ArrayList<>(
            List.of(
                "GET " + path + " HTTP/1.1",
                "Host: localhost",
                "Authorization: Bearer " + client.token()));
    if (request.lastEventId() != null) {
      lines.add("Last-Event-ID: " + request.lastEventId());
    }
    if (kind == Kind.SSE) {
      lines.add("Accept: text/event-stream");
    } else {
      lines.add("Upgrade: websocket");
      lines.add("Connection: Upgrade");
      lines.add("Sec-WebSocket-Version: 13");
      lines.add("Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits");
      lines.add("Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==");
    }
    raw.send(lines.toArray(String[]::new));
    var head = raw.head();
    Contract.hold(Answer.headOf(lines.getFirst(), String.join("\n", head)));
    check(head);
  }

  private void check(List<String> head) {
    var status = Integer.parseInt(head.getFirst().split(" ", -1)[1]);
    if (status != (kind == Kind.SSE ? 200 : 101)) {
      throw new Refused(status);
    }
    var headers = head.stream().map(line -> line.toLowerCase(Locale.ROOT)).toList();
    assertThat(headers).anyMatch(line -> line.startsWith("x-chat-replica-id: "));
    if (kind == Kind.SSE) {
      assertThat(headers)
          .contains("cache-control: no-store", "x-accel-buffering: no")
          .anyMatch(line -> line.startsWith("content-type: text/event-stream"));
    } else {
      assertThat(headers).noneMatch(line -> line.startsWith("sec-websocket-extensions"));
    }
  }

  /// The next events, in order; empty when the stream has ended.
  List<StreamEvent> next() throws IOException {
    while (waiting.isEmpty() && end == null) {
      LockSupport.parkNanos(rest.toNanos());
      if (kind == Kind.SSE) {
        readChunk();
      } else {
        readFrame();
      }
    }
    var events = List.copyOf(waiting);
    waiting.clear();
    return events;
  }

  @Nullable End end() {
    return end;
  }

  /// Pings and keepalives so far.
  int pings() {
    return pings;
  }

  /// Messages, or with server-sent events the events, so far.
  int messages() {
    return messages;
  }

  private void readFrame() throws IOException {
    var frame = raw.frame();
    switch (frame.opcode()) {
      case RawClient.PING -> {
        pings++;
        raw.sendFrame(RawClient.PONG, frame.payload());
      }
      case RawClient.CLOSE -> {
        end = new End(frame.closeCode(), frame.closeText());
        raw.sendFrame(RawClient.CLOSE, Arrays.copyOf(frame.payload(), 2));
      }
      case RawClient.TEXT, RawClient.CONTINUATION -> {
        assertThat(frame.opcode() == RawClient.TEXT).isEqualTo(unread.size() == 0);
        assertThat(frame.payload()).as("a fragment").hasSizeLessThanOrEqualTo(BEHIND_BYTES_MAX);
        unread.writeBytes(frame.payload());
        if (frame.fin()) {
          message(unread.toString(UTF_8));
          unread.reset();
        }
      }
      default -> throw new AssertionError("a frame of type " + frame.opcode());
    }
  }

  private void message(String message) {
    Contract.hold(kind == Kind.ENVELOPE ? "StreamEnvelope" : "StreamMessage", message);
    var array = kind == Kind.ENVELOPE ? JsonSlices.member(message, "data") : message;
    if (kind == Kind.ENVELOPE) {
      assertThat(JsonSlices.member(message, "type")).isEqualTo("\"data\"");
    }
    var events = JsonSlices.elements(array);
    assertThat(events).hasSizeBetween(1, EVENTS_MAX);
    assertThat(message.length()).as("bytes of a message").isLessThan(MESSAGE_BYTES_MAX);
    if (events.size() > 1) {
      assertThat(message.length())
          .as("bytes of a message of %d events", events.size())
          .isLessThanOrEqualTo(BEHIND_BYTES_MAX);
    }
    messages++;
    events.forEach(event -> waiting.add(new StreamEvent(event, null)));
  }

  private void readChunk() throws IOException {
    var chunk = raw.chunk();
    if (chunk.length == 0) {
      unread.reset(); // An event that was cut short counts as never sent.
      end = new End(0, "");
      return;
    }
    unread.writeBytes(chunk);
    var text = unread.toString(UTF_8);
    unread.reset();
    var from = 0;
    for (var to = text.indexOf("\n\n"); to >= 0; to = text.indexOf("\n\n", from)) {
      block(text.substring(from, to));
      from = to + 2;
    }
    unread.writeBytes(text.substring(from).getBytes(UTF_8));
  }

  private void block(String block) {
    if (!retryWasSaid) {
      assertThat(block).as("the first line").isEqualTo("retry: 1000");
      retryWasSaid = true;
      return;
    }
    if (block.equals(": keepalive")) {
      pings++;
      return;
    }
    var lines = block.split("\n", -1);
    assertThat(lines).as("lines of an event").hasSize(3);
    var id = after("id: ", lines[0]);
    var json = after("data: ", lines[2]);
    assertThat(JsonSlices.member(json, "type")).isEqualTo('"' + after("event: ", lines[1]) + '"');
    Contract.hold("StreamEvent", json);
    messages++;
    waiting.add(new StreamEvent(json, id));
  }

  private static String after(String prefix, String line) {
    assertThat(line).startsWith(prefix);
    return line.substring(prefix.length());
  }

  /// Goes away without a word.
  void vanish() {
    try {
      raw.vanish();
    } catch (IOException _) {
      // It is gone all the same.
    }
  }

  @Override
  public void close() {
    vanish();
  }
}
