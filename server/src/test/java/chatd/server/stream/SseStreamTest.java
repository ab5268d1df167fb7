package chatd.server.stream;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import chatd.core.feed.CloseReason;
import chatd.server.stream.StreamServer.Heard;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class SseStreamTest extends StreamServerFixture {

  private RawClient open() throws IOException {
    return RawClient.events(server.port(), "/api/stream");
  }

  /// The first line of every stream.
  private static void readRetry(RawClient client) throws IOException {
    assertThat(client.chunk()).asString(UTF_8).isEqualTo("retry: 1000\n\n");
  }

  @Test
  void open_sendsTheHeadAtOnce() throws Exception {
    try (var client = open()) {
      assertThat(client.head())
          .contains(
              "HTTP/1.1 200 OK",
              "Cache-Control: no-store",
              "X-Accel-Buffering: no",
              "X-Chat-Replica-Id: " + StreamServer.REPLICA)
          .anyMatch(line -> line.startsWith("Content-Type: text/event-stream"))
          .anyMatch(line -> line.startsWith("X-Request-Id: "))
          .noneMatch(line -> line.startsWith("Content-Encoding"));
    }
  }

  @Test
  void write_arrivesAsItIsAndIsTold() throws Exception {
    try (var client = open()) {
      var served = server.served();
      client.head();
      readRetry(client);
      served.carrier.write("data: 1\n\n".getBytes(UTF_8));
      assertThat(client.chunk()).asString(UTF_8).isEqualTo("data: 1\n\n");
      assertThat(served.next()).isEqualTo(Heard.WRITTEN);
      assertThat(served.progress).hasValue(0);
    }
  }

  @Test
  void write_large_comesInSmallPiecesInOrderAndNoPingInBetween() throws Exception {
    var text = "data: 0123456789\n".repeat(60_000).getBytes(UTF_8);
    try (var client = open()) {
      var served = server.served();
      client.head();
      readRetry(client);
      served.carrier.write(text);
      served.carrier.ping();
      var whole = new ByteArrayOutputStream();
      while (whole.size() < text.length) {
        var chunk = client.chunk();
        assertThat(chunk.length).isLessThanOrEqualTo(Delivery.PIECE_BYTES);
        whole.writeBytes(chunk);
      }
      assertThat(whole.toByteArray()).isEqualTo(text);
      assertThat(served.next()).isEqualTo(Heard.WRITTEN);
      assertThat(served.progress).hasValue(text.length / Delivery.PIECE_BYTES);
    }
  }

  @Test
  void ping_whenIdle_isACommentAndProgress() throws Exception {
    try (var client = open()) {
      var served = server.served();
      client.head();
      readRetry(client);
      served.carrier.ping();
      assertThat(client.chunk()).asString(UTF_8).isEqualTo(": keepalive\n\n");
      assertThat(served.progresses(Duration.ofSeconds(10))).isTrue();
      served.carrier.write("data: 1\n\n".getBytes(UTF_8));
      assertThat(client.chunk()).asString(UTF_8).isEqualTo("data: 1\n\n");
    }
  }

  @Test
  void end_endsTheResponseAndLeavesTheConnectionUsable() throws Exception {
    try (var client = open()) {
      var served = server.served();
      client.head();
      readRetry(client);
      served.carrier.write("data: 1\n\n".getBytes(UTF_8));
      assertThat(served.next()).isEqualTo(Heard.WRITTEN);
      served.carrier.end(CloseReason.DRAINING);
      assertThat(client.chunk()).asString(UTF_8).isEqualTo("data: 1\n\n");
      assertThat(client.chunk()).isEmpty();
      assertThat(served.next()).isEqualTo(Heard.ENDED);
      awaitNoStreams();
      client.send("GET /api/nothing HTTP/1.1", "Host: localhost");
      assertThat(client.head().getFirst()).contains("404");
    }
  }

  @Test
  void end_beforeTheHeadIsSent_isAnEmptyStream() throws Exception {
    try (var client = RawClient.events(server.port(), "/api/closing")) {
      assertThat(client.head().getFirst()).contains("200");
      readRetry(client);
      assertThat(client.chunk()).isEmpty();
      assertThat(server.served().next()).isEqualTo(Heard.ENDED);
    }
  }

  @Test
  void stalledClient_neverWritten_endBreaksTheConnection() throws Exception {
    try (var _ = open()) {
      var served = server.served();
      writeUntilStalled(served, new byte[4 << 20]);
      served.carrier.ping();
      assertThat(served.next(A_WHILE)).isNull();
      served.carrier.end(CloseReason.NO_PROGRESS);
      assertThat(served.next()).isEqualTo(Heard.ENDED);
      awaitNoStreams();
      assertThat(served.ends).hasValue(1);
    }
  }

  @Test
  void stalledClient_thatReadsAgain_getsEveryByte() throws Exception {
    var text = new byte[1 << 20];
    Arrays.fill(text, (byte) 'a');
    try (var client = open()) {
      var served = server.served();
      writeUntilStalled(served, text);
      client.head();
      readRetry(client);
      var bytes = 0;
      while (bytes < text.length) {
        bytes += client.chunk().length;
      }
      assertThat(bytes).isEqualTo(text.length);
      assertThat(served.next()).isEqualTo(Heard.WRITTEN);
    }
  }

  @Test
  void clientVanishes_inMidWrite_isTold() throws Exception {
    var client = open();
    var served = server.served();
    writeUntilStalled(served, new byte[4 << 20]);
    client.vanish();
    assertThat(served.next()).isEqualTo(Heard.ENDED);
    awaitNoStreams();
    assertThat(served.ends).hasValue(1);
  }

  @Test
  void clientGoesAway_whenIdle_isToldAtOnce_withoutAPing() throws Exception {
    for (var withAWord : new boolean[] {true, false}) {
      var client = open();
      var served = server.served();
      client.head();
      readRetry(client);
      if (withAWord) {
        client.close();
      } else {
        client.vanish();
      }
      assertThat(served.next()).isEqualTo(Heard.ENDED);
      awaitNoStreams();
      assertThat(served.ends).hasValue(1);
    }
  }

  @Test
  void clientThatSendsMore_isServedOn_andTheConnectionIsClosedAtTheEnd() throws Exception {
    try (var client = open()) {
      var served = server.served();
      client.head();
      readRetry(client);
      client.send("GET /api/nothing HTTP/1.1", "Host: localhost");
      assertThat(served.next(A_WHILE)).isNull();
      served.carrier.write("data: 1\n\n".getBytes(UTF_8));
      assertThat(client.chunk()).asString(UTF_8).isEqualTo("data: 1\n\n");
      served.carrier.end(CloseReason.DRAINING);
      assertThat(client.chunk()).isEmpty();
      assertThat(client.isClosedByServer()).isTrue();
      awaitNoStreams();
    }
  }

  @Test
  void stop_endsTheResponse() throws Exception {
    try (var client = open()) {
      var served = server.served();
      client.head();
      readRetry(client);
      var stopped = CompletableFuture.runAsync(server::close);
      assertThat(client.chunk()).isEmpty();
      stopped.get(20, TimeUnit.SECONDS);
      assertThat(served.next()).isEqualTo(Heard.ENDED);
    }
  }
}
