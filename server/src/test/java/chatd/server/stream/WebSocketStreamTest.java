package chatd.server.stream;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import chatd.core.feed.CloseReason;
import chatd.server.stream.StreamServer.Heard;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class WebSocketStreamTest extends StreamServerFixture {

  private static final byte[] NOTHING = {};

  private RawClient open() throws IOException {
    var client = RawClient.webSocket(server.port(), "/api/stream");
    assertThat(client.head().getFirst()).contains("101");
    return client;
  }

  @Test
  void open_answersWithTheHeadersOfEveryAnswerAndWithoutCompression() throws Exception {
    try (var client = RawClient.webSocket(server.port(), "/api/stream")) {
      assertThat(client.head())
          .contains("HTTP/1.1 101 Switching Protocols")
          .contains("X-Chat-Replica-Id: " + StreamServer.REPLICA)
          .anyMatch(line -> line.startsWith("X-Request-Id: "))
          .noneMatch(line -> line.startsWith("Sec-WebSocket-Extensions"))
          .noneMatch(line -> line.startsWith("Content-Type"));
    }
  }

  @Test
  void write_smallText_isOneFrameAndIsTold() throws Exception {
    try (var client = open()) {
      var served = server.served();
      served.carrier.write("[1]".getBytes(UTF_8));
      var frame = client.frame();
      assertThat(frame.opcode()).isEqualTo(RawClient.TEXT);
      assertThat(frame.fin()).isTrue();
      assertThat(frame.payload()).asString(UTF_8).isEqualTo("[1]");
      assertThat(served.next()).isEqualTo(Heard.WRITTEN);
      assertThat(served.progress).hasValue(0);
    }
  }

  @Test
  void write_emptyText_isOneEmptyFrame() throws Exception {
    try (var client = open()) {
      var served = server.served();
      served.carrier.write(NOTHING);
      assertThat(client.frame().payload()).isEmpty();
      assertThat(served.next()).isEqualTo(Heard.WRITTEN);
    }
  }

  @Test
  void write_oneMebibyte_comesInSmallFramesInOrderWithAPingBetween() throws Exception {
    var text = new byte[1 << 20];
    new Random(1).ints(text.length, 'a', 'z').forEach(new ByteArrayFiller(text));
    try (var client = open()) {
      var served = server.served();
      served.carrier.write(text);
      var whole = new ByteArrayOutputStream();
      var frames = 0;
      var pingAt = -1;
      RawClient.Frame frame;
      do {
        frame = client.frame();
        if (frame.opcode() == RawClient.PING) {
          pingAt = frames;
          continue;
        }
        assertThat(frame.opcode()).isEqualTo(frames == 0 ? RawClient.TEXT : RawClient.CONTINUATION);
        assertThat(frame.payload().length).isBetween(1, Delivery.PIECE_BYTES);
        whole.writeBytes(frame.payload());
        if (++frames == 8) {
          served.carrier.ping();
        }
      } while (frame.opcode() == RawClient.PING || !frame.fin());
      assertThat(whole.toByteArray()).isEqualTo(text);
      assertThat(frames).isEqualTo(64);
      assertThat(pingAt).isBetween(8, 63);
      assertThat(served.next()).isEqualTo(Heard.WRITTEN);
      assertThat(served.progress).hasValue(63);
    }
  }

  @Test
  void write_charactersCutByPieces_arriveWhole() throws Exception {
    // One byte before, so that each piece ends within a character of four bytes.
    var text = "x" + "\uD83D\uDE00".repeat(40_000);
    var received = new CompletableFuture<String>();
    var collector =
        new WebSocket.Listener() {
          private final StringBuilder soFar = new StringBuilder();

          @Override
          public @Nullable CompletionStage<?> onText(
              WebSocket socket, CharSequence data, boolean last) {
            soFar.append(data);
            if (last) {
              received.complete(soFar.toString());
            }
            socket.request(1);
            return null;
          }
        };
    try (var http = HttpClient.newHttpClient()) {
      var socket =
          http.newWebSocketBuilder()
              .buildAsync(uri("/api/stream"), collector)
              .get(10, TimeUnit.SECONDS);
      server.served().carrier.write(text.getBytes(UTF_8));
      assertThat(received.get(20, TimeUnit.SECONDS)).isEqualTo(text);
      socket.abort();
    }
  }

  @Test
  void manyWrites_keepTheirOrder() throws Exception {
    try (var client = open()) {
      var served = server.served();
      for (var i = 0; i < 1_000; i++) {
        served.carrier.write(Integer.toString(i).getBytes(UTF_8));
        assertThat(client.frame().payload()).asString(UTF_8).isEqualTo(Integer.toString(i));
        assertThat(served.next()).isEqualTo(Heard.WRITTEN);
      }
    }
  }

  @Test
  void ping_answered_isProgress() throws Exception {
    try (var client = open()) {
      var served = server.served();
      served.carrier.ping();
      var ping = client.frame();
      assertThat(ping.opcode()).isEqualTo(RawClient.PING);
      assertThat(served.progresses(A_WHILE)).isFalse();
      client.sendFrame(RawClient.PONG, ping.payload());
      assertThat(served.progresses(Duration.ofSeconds(10))).isTrue();
    }
  }

  @Test
  void pingOfTheClient_isAnswered() throws Exception {
    try (var client = open()) {
      client.sendFrame(RawClient.PING, "who".getBytes(UTF_8));
      var pong = client.frame();
      assertThat(pong.opcode()).isEqualTo(RawClient.PONG);
      assertThat(pong.payload()).asString(UTF_8).isEqualTo("who");
    }
  }

  @Test
  void stalledClient_neverWritten_pingsDropped_endBreaksTheConnection() throws Exception {
    try (var _ = open()) {
      var served = server.served();
      writeUntilStalled(served, new byte[4 << 20]);
      for (var i = 0; i < 100; i++) {
        served.carrier.ping();
      }
      assertThat(served.next(A_WHILE)).isNull();
      served.carrier.end(CloseReason.NO_PROGRESS);
      assertThat(served.next()).isEqualTo(Heard.ENDED);
      awaitNoStreams();
      assertThat(served.ends).hasValue(1);
    }
  }

  @Test
  void stalledClient_thatReadsAgain_isToldWhy() throws Exception {
    try (var client = open()) {
      var served = server.served();
      writeUntilStalled(served, new byte[4 << 20]);
      served.carrier.end(CloseReason.NO_PROGRESS);
      var frame = client.frame();
      while (frame.opcode() != RawClient.CLOSE) {
        frame = client.frame();
      }
      assertThat(frame.closeCode()).isEqualTo(1013);
      assertThat(frame.closeText()).isEqualTo("no progress");
    }
  }

  @Test
  void end_eachReason_sendsItsCodeAndText() throws Exception {
    for (var reason : CloseReason.values()) {
      try (var client = open()) {
        var served = server.served();
        served.carrier.end(reason);
        served.carrier.end(CloseReason.INTERNAL_ERROR);
        served.carrier.write("late".getBytes(UTF_8));
        var close = client.frame();
        assertThat(close.opcode()).isEqualTo(RawClient.CLOSE);
        assertThat(close.closeCode()).isEqualTo(reason.code());
        assertThat(close.closeText()).isEqualTo(reason.text());
        client.sendFrame(RawClient.CLOSE, close.payload());
        assertThat(client.isClosedByServer()).isTrue();
        assertThat(served.next()).isEqualTo(Heard.ENDED);
        assertThat(served.next(Duration.ofMillis(20))).isNull();
      }
    }
    awaitNoStreams();
  }

  @Test
  void end_beforeTheSocketIsOpen_isStillACloseFrame() throws Exception {
    try (var client = RawClient.webSocket(server.port(), "/api/closing")) {
      assertThat(client.head().getFirst()).contains("101");
      var served = server.served();
      assertThat(client.frame().closeText()).isEqualTo("gone");
      assertThat(served.next()).isEqualTo(Heard.ENDED);
    }
  }

  @Test
  void clientMessage_closesWith1008() throws Exception {
    try (var client = open()) {
      var served = server.served();
      client.sendFrame(RawClient.TEXT, "{\"hello\":1}".getBytes(UTF_8));
      var close = client.frame();
      assertThat(close.closeCode()).isEqualTo(1008);
      assertThat(close.closeText()).isEqualTo("Clients cannot send messages on this socket.");
      assertThat(served.next()).isEqualTo(Heard.ENDED);
    }
  }

  @Test
  void clientMessages_many_areReadAwaySoThatTheReasonArrives() throws Exception {
    try (var client = open()) {
      for (var i = 0; i < 100; i++) {
        client.sendFrame(RawClient.TEXT, new byte[60_000]);
      }
      assertThat(client.frame().closeCode()).isEqualTo(1008);
    }
  }

  @Test
  void clientCloses_isAnsweredAndTold() throws Exception {
    try (var client = open()) {
      var served = server.served();
      client.sendFrame(RawClient.CLOSE, new byte[] {0x03, (byte) 0xE8});
      assertThat(client.frame().closeCode()).isEqualTo(1000);
      assertThat(client.isClosedByServer()).isTrue();
      assertThat(served.next()).isEqualTo(Heard.ENDED);
      awaitNoStreams();
      assertThat(served.ends).hasValue(1);
    }
  }

  @Test
  void clientVanishes_isTold_idleOrInMidWrite() throws Exception {
    for (var writing : new boolean[] {false, true}) {
      var client = open();
      var served = server.served();
      if (writing) {
        writeUntilStalled(served, new byte[4 << 20]);
      }
      client.vanish();
      assertThat(served.next()).isEqualTo(Heard.ENDED);
      awaitNoStreams();
      assertThat(served.ends).hasValue(1);
    }
  }

  @Test
  void stop_closesWith1001Draining() throws Exception {
    try (var client = open()) {
      var served = server.served();
      var stopped = CompletableFuture.runAsync(server::close);
      var close = client.frame();
      assertThat(close.closeCode()).isEqualTo(1001);
      assertThat(close.closeText()).isEqualTo("draining");
      client.sendFrame(RawClient.CLOSE, close.payload());
      stopped.get(20, TimeUnit.SECONDS);
      assertThat(served.next()).isEqualTo(Heard.ENDED);
    }
  }

  private URI uri(String path) {
    return URI.create("ws://127.0.0.1:" + server.port() + path);
  }

  /// Puts numbers into an array one after the other.
  private static final class ByteArrayFiller implements IntConsumer {
    private final byte[] bytes;
    private int next;

    ByteArrayFiller(byte[] bytes) {
      this.bytes = bytes;
    }

    @Override
    public void accept(int value) {
      bytes[next++] = (byte) value;
    }
  }
}
