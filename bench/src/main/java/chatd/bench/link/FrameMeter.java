package chatd.bench.link;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// Counts what one end of a connection says, from its bytes: the head of an HTTP message, and if
/// that begins a WebSocket, the frames of a link in its binary messages.
final class FrameMeter {
  private static final int CONTINUATION = 0;
  private static final int BINARY = 2;
  private static final int MASK_BYTES = 4;
  // The form of a link's frames: a kind, the length of what follows in four bytes, and that.
  private static final int FRAME_HEAD = 5;
  private static final int OPEN = 1;
  private static final int ENDED = 5;
  private static final byte[] NOTHING = {};

  private final ByteArrayOutputStream message = new ByteArrayOutputStream();
  private byte[] rest = NOTHING;
  private boolean headRead;
  private boolean upgraded;
  private LinkCount count = LinkCount.NOTHING;

  /// Takes the next bytes.
  synchronized void read(byte[] bytes, int length) {
    var together = Arrays.copyOf(rest, rest.length + length);
    System.arraycopy(bytes, 0, together, rest.length, length);
    var all = ByteBuffer.wrap(together);
    if (!headRead) {
      readHead(together, all);
    }
    if (headRead && upgraded) {
      while (frame(all)) {}
    } else if (headRead) {
      all.position(all.limit()); // An answer to a question is none of ours.
    }
    rest = Arrays.copyOfRange(together, all.position(), together.length);
  }

  synchronized LinkCount count() {
    return count;
  }

  /// Whether this is the end of a link, and not of a question over HTTP.
  synchronized boolean isUpgraded() {
    return upgraded;
  }

  private void readHead(byte[] together, ByteBuffer all) {
    var text = new String(together, StandardCharsets.ISO_8859_1);
    var end = text.indexOf("\r\n\r\n");
    if (end >= 0) {
      headRead = true;
      upgraded = text.regionMatches(true, text.indexOf("\r\nUpgrade:"), "\r\nUpgrade:", 0, 10);
      all.position(end + 4);
    }
  }

  /// Takes one frame of the WebSocket; leaves the position alone when it is not complete.
  private boolean frame(ByteBuffer bytes) {
    var begin = bytes.position();
    if (bytes.remaining() < 2) {
      return false;
    }
    var first = bytes.get() & 0xFF;
    var second = bytes.get() & 0xFF;
    var length = (long) (second & 0x7F);
    var more = length == 126 ? 2 : length == 127 ? 8 : 0;
    var mask = (second & 0x80) == 0 ? 0 : MASK_BYTES;
    if (bytes.remaining() < more + mask) {
      bytes.position(begin);
      return false;
    }
    if (more > 0) {
      length = more == 2 ? bytes.getShort() & 0xFFFF : bytes.getLong();
    }
    if (bytes.remaining() < mask + length) {
      bytes.position(begin);
      return false;
    }
    var key = new byte[mask];
    bytes.get(key);
    var payload = new byte[Math.toIntExact(length)];
    bytes.get(payload);
    for (var i = 0; i < payload.length && mask > 0; i++) {
      payload[i] ^= key[i % MASK_BYTES];
    }
    took(first & 0x0F, (first & 0x80) != 0, payload);
    return true;
  }

  private void took(int opcode, boolean last, byte[] payload) {
    if (opcode == BINARY || opcode == CONTINUATION) {
      message.writeBytes(payload);
      if (last) {
        count(ByteBuffer.wrap(message.toByteArray()));
        message.reset();
      }
    }
  }

  /// What has not the form of frames is the greeting of both ends.
  private void count(ByteBuffer said) {
    while (said.remaining() >= FRAME_HEAD) {
      var kind = said.get();
      var length = said.getInt();
      if (length < 0 || length > said.remaining()) {
        return;
      }
      said.position(said.position() + length);
      if (kind >= OPEN && kind <= ENDED) {
        count = count.plus(FRAME_HEAD + length);
      }
    }
  }
}
