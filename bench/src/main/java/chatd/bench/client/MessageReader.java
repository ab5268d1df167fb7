package chatd.bench.client;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;

/// Takes WebSocket messages out of the bytes of one connection.
public final class MessageReader {
  private static final int CONTINUATION = 0;
  private static final int TEXT = 1;
  private static final int CLOSE = 8;
  private static final int PING = 9;
  private static final int PONG = 0x8A;
  private static final int MASKED = 0x80;
  private static final byte[] NOTHING = {};

  private final Told told;
  private byte[] rest = NOTHING;
  private final ByteArrayOutputStream pieces = new ByteArrayOutputStream(0);

  /// What a connection brings.
  public interface Told {
    void message(byte[] text);

    void ping(byte[] payload);

    void closed(int code);
  }

  /// The frame that answers a ping.
  public static byte[] pong(byte[] payload) {
    var pong = ByteBuffer.allocate(6 + payload.length);
    pong.put((byte) PONG).put((byte) (MASKED | payload.length)).putInt(0).put(payload);
    return pong.array();
  }

  public MessageReader(Told told) {
    this.told = told;
  }

  /// Takes all bytes of the buffer, and keeps the beginning of a frame that is not complete.
  public void read(ByteBuffer bytes) {
    var all = bytes;
    if (rest.length > 0) {
      all = ByteBuffer.allocate(rest.length + bytes.remaining()).put(rest).put(bytes).flip();
    }
    while (frame(all)) {}
    rest = NOTHING;
    if (all.hasRemaining()) {
      rest = new byte[all.remaining()];
      all.get(rest);
    }
  }

  /// Takes one frame; leaves the position alone when it is not complete.
  private boolean frame(ByteBuffer bytes) {
    var begin = bytes.position();
    if (bytes.remaining() < 2) {
      return false;
    }
    var first = bytes.get() & 0xFF;
    var length = (long) (bytes.get() & 0x7F);
    var more = length == 126 ? 2 : length == 127 ? 8 : 0;
    if (bytes.remaining() < more) {
      bytes.position(begin);
      return false;
    }
    if (more > 0) {
      length = more == 2 ? bytes.getShort() & 0xFFFF : bytes.getLong();
    }
    if (bytes.remaining() < length) {
      bytes.position(begin);
      return false;
    }
    var payload = new byte[Math.toIntExact(length)];
    bytes.get(payload);
    took(first & 0x0F, (first & 0x80) != 0, payload);
    return true;
  }

  private void took(int opcode, boolean last, byte[] payload) {
    switch (opcode) {
      case PING -> told.ping(payload);
      case CLOSE ->
          told.closed(payload.length < 2 ? 1005 : ByteBuffer.wrap(payload).getShort() & 0xFFFF);
      case TEXT, CONTINUATION -> {
        if (last && pieces.size() == 0) {
          told.message(payload);
        } else {
          pieces.writeBytes(payload);
          if (last) {
            told.message(pieces.toByteArray());
            pieces.reset();
          }
        }
      }
      default -> {}
    }
  }
}
