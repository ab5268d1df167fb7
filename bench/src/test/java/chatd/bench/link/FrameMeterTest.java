package chatd.bench.link;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class FrameMeterTest {
  private static final byte[] UPGRADED = ascii("HTTP/1.1 101 Yes\r\nUpgrade: websocket\r\n\r\n");
  private static final int OPEN = 1;
  private static final int PARTS = 4;
  private static final int PING = 6;
  private static final int PONG = 7;

  @Test
  void count_isOfFramesAndTheirBytes_withoutPings() {
    var said = together(UPGRADED, masked(said(OPEN, 20)), masked(said(PING, 0)));

    assertThat(count(said, said.length)).isEqualTo(new LinkCount(1, 25));
  }

  @Test
  void severalFramesInOneMessage_areCountedEach() {
    var said =
        together(UPGRADED, message(together(said(PARTS, 300), said(PONG, 0), said(PARTS, 7))));

    assertThat(count(said, said.length)).isEqualTo(new LinkCount(2, 305 + 12));
  }

  @Test
  void count_howeverTheBytesAreCut_isTheSame() {
    var said = together(UPGRADED, message(said(PARTS, 70_000)), masked(said(PARTS, 200)));

    for (var size : new int[] {1, 13, 4096}) {
      assertThat(count(said, size)).isEqualTo(new LinkCount(2, 70_005 + 205));
    }
  }

  @Test
  void anAnswerOverHttp_isNoLink() {
    var meter = new FrameMeter();
    var said = ascii("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n0123456789");
    meter.read(said, said.length);

    assertThat(meter.isUpgraded()).isFalse();
    assertThat(meter.count()).isEqualTo(LinkCount.NOTHING);
  }

  private static LinkCount count(byte[] said, int size) {
    var meter = new FrameMeter();
    for (var from = 0; from < said.length; from += size) {
      var piece = Arrays.copyOfRange(said, from, Math.min(from + size, said.length));
      meter.read(piece, piece.length);
    }
    assertThat(meter.isUpgraded()).isTrue();
    return meter.count();
  }

  /// A frame of a link.
  private static byte[] said(int kind, int length) {
    return ByteBuffer.allocate(5 + length).put((byte) kind).putInt(length).array();
  }

  private static byte[] message(byte[] payload) {
    return together(head(payload.length, 0), payload);
  }

  private static byte[] masked(byte[] payload) {
    var key = new byte[] {1, 2, 3, 4};
    var masked = payload.clone();
    for (var i = 0; i < masked.length; i++) {
      masked[i] ^= key[i % key.length];
    }
    return together(head(payload.length, 0x80), key, masked);
  }

  private static byte[] head(int length, int mask) {
    var head = ByteBuffer.allocate(10).put((byte) 0x82);
    if (length < 126) {
      head.put((byte) (mask | length));
    } else if (length < 1 << 16) {
      head.put((byte) (mask | 126)).putShort((short) length);
    } else {
      head.put((byte) (mask | 127)).putLong(length);
    }
    return Arrays.copyOf(head.array(), head.position());
  }

  private static byte[] together(byte[]... pieces) {
    var out = new ByteArrayOutputStream();
    for (var piece : pieces) {
      out.writeBytes(piece);
    }
    return out.toByteArray();
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
