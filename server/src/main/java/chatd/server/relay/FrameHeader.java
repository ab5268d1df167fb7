package chatd.server.relay;

import java.io.DataInputStream;
import java.io.IOException;
import java.net.ProtocolException;
import java.nio.ByteBuffer;

/// The head of one WebSocket frame, as servers send it, and frames as clients send them.
///
/// @param isData whether it is a piece of a binary message
/// @param isLast whether its message ends with it
record FrameHeader(boolean isData, boolean isLast, long length) {
  private static final int CONTINUATION = 0;
  private static final int BINARY = 2;
  private static final int LAST = 0x80;
  private static final int RESERVED = 0x70;
  private static final int OPCODE = 0x0F;
  private static final int MASKED = 0x80;
  private static final int SHORT_LENGTH = 126;
  private static final int LONG_LENGTH = 127;
  private static final int HEADER_BYTES_MAX = 14;

  FrameHeader(DataInputStream in) throws IOException {
    this(in.readUnsignedByte(), in);
  }

  private FrameHeader(int first, DataInputStream in) throws IOException {
    this(
        (first & OPCODE) == CONTINUATION || (first & OPCODE) == BINARY,
        (first & LAST) != 0,
        lengthOf(in));
    if ((first & RESERVED) != 0 || length < 0) {
      throw new ProtocolException("a frame that was not agreed on");
    }
  }

  private static long lengthOf(DataInputStream in) throws IOException {
    var length = in.readUnsignedByte();
    if ((length & MASKED) != 0) {
      throw new ProtocolException("a server does not mask");
    }
    return switch (length) {
      case SHORT_LENGTH -> in.readUnsignedShort();
      case LONG_LENGTH -> in.readLong();
      default -> length;
    };
  }

  /// One binary message as a client sends it.
  static byte[] masked(ByteBuffer message, int mask) {
    var length = message.remaining();
    var frame = ByteBuffer.allocate(HEADER_BYTES_MAX + length);
    frame.put((byte) (LAST | BINARY));
    if (length < SHORT_LENGTH) {
      frame.put((byte) (MASKED | length));
    } else if (length < 1 << Short.SIZE) {
      frame.put((byte) (MASKED | SHORT_LENGTH)).putShort((short) length);
    } else {
      frame.put((byte) (MASKED | LONG_LENGTH)).putLong(length);
    }
    frame.putInt(mask);
    for (var i = 0; message.hasRemaining(); i++) {
      frame.put((byte) (message.get() ^ (mask >>> (24 - 8 * (i % 4)))));
    }
    var bytes = new byte[frame.position()];
    frame.flip().get(bytes);
    return bytes;
  }
}
