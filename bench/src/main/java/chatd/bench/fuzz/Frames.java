package chatd.bench.fuzz;

import chatd.bench.user.Dice;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/// WebSocket frames of a client, good and bad.
final class Frames {
  private static final int TEXT = 1;
  private static final int CLOSE = 8;
  private static final int PING = 9;
  private static final int PONG = 10;
  private static final int FIN = 0x80;
  private static final int MASKED = 0x80;

  private Frames() {}

  /// Some frames, or what looks like them.
  static byte[] draw(Dice dice) {
    return switch (dice.below(18)) {
      case 0 -> frame(FIN | TEXT, false, "unmasked".getBytes(StandardCharsets.US_ASCII));
      case 1 -> frame(FIN | dice.between(1, 7) << 4 | TEXT, true, new byte[4]); // Reserved bits.
      case 2 -> frame(FIN | dice.of(3, 4, 5, 6, 7, 11, 12, 13, 14, 15), true, new byte[2]);
      case 3 -> frame(dice.of(CLOSE, PING, PONG), true, new byte[3]); // Control in fragments.
      case 4 ->
          frame(FIN | dice.of(CLOSE, PING, PONG), true, dice.bytes(dice.between(126, 70_000)));
      case 5 -> frame(dice.of(0, FIN), true, dice.bytes(10)); // A continuation of nothing.
      case 6 -> frame(FIN | TEXT, true, new byte[] {(byte) 0xC0, (byte) 0xAF, (byte) 0xFF});
      case 7 ->
          close(dice.of(0, 1, 999, 1004, 1005, 1006, 1012, 1015, 1016, 2_000, 5_000, 65_535), "");
      case 8 -> close(1000, "x".repeat(dice.between(0, 123)));
      case 9 -> frame(FIN | CLOSE, true, new byte[] {3}); // Half a code.
      case 10 -> frame(FIN | CLOSE, true, new byte[] {3, (byte) 232, (byte) 0xC3, (byte) 0x28});
      case 11 -> declared(dice.of(Long.MAX_VALUE, -1L, 1L << 31, 1L << 40, 65_536L), dice);
      case 12 ->
          repeated(frame(FIN | PING, true, dice.bytes(dice.below(126))), dice.between(10, 1_500));
      case 13 ->
          repeated(frame(FIN | PONG, true, dice.bytes(dice.below(126))), dice.between(10, 1_500));
      case 14 -> fragments(dice);
      case 15 -> dice.bytes(dice.between(1, 500));
      case 16 -> frame(FIN | TEXT, true, dice.bytes(dice.of(0, 1, 1_024, 1_025, 66_000, 200_000)));
      default -> notShortest(dice);
    };
  }

  /// Says goodbye as it should be said.
  static byte[] close(int code, String reason) {
    var payload = ByteBuffer.allocate(2 + reason.length()).putShort((short) code);
    return frame(
        FIN | CLOSE, true, payload.put(reason.getBytes(StandardCharsets.US_ASCII)).array());
  }

  static byte[] pong(byte[] payload) {
    return frame(FIN | PONG, true, payload);
  }

  private static byte[] frame(int first, boolean masked, byte[] payload) {
    var out = new ByteArrayOutputStream(payload.length + 14);
    out.write(first);
    var mask = masked ? MASKED : 0;
    if (payload.length < 126) {
      out.write(mask | payload.length);
    } else if (payload.length < 65_536) {
      out.write(mask | 126);
      out.writeBytes(ByteBuffer.allocate(2).putShort((short) payload.length).array());
    } else {
      out.write(mask | 127);
      out.writeBytes(ByteBuffer.allocate(8).putLong(payload.length).array());
    }
    if (masked) {
      out.writeBytes(new byte[4]); // A mask of zeros is a mask.
    }
    out.writeBytes(payload);
    return out.toByteArray();
  }

  /// Says that much more comes than does.
  private static byte[] declared(long length, Dice dice) {
    var out = new ByteArrayOutputStream();
    out.write(FIN | dice.of(TEXT, 2, PING));
    out.write(MASKED | 127);
    out.writeBytes(ByteBuffer.allocate(12).putLong(length).array());
    out.writeBytes(dice.bytes(dice.below(200)));
    return out.toByteArray();
  }

  /// A length in more bytes than it needs.
  private static byte[] notShortest(Dice dice) {
    var out = new ByteArrayOutputStream();
    out.write(FIN | PING);
    out.write(MASKED | dice.of(126, 127));
    out.writeBytes(new byte[2]);
    out.writeBytes(new byte[dice.of(4, 10)]);
    return out.toByteArray();
  }

  private static byte[] fragments(Dice dice) {
    var out = new ByteArrayOutputStream();
    out.writeBytes(frame(TEXT, true, dice.bytes(5)));
    for (var more = dice.between(1, 400); more > 0; more--) {
      out.writeBytes(frame(dice.of(0, 0, 0, TEXT, FIN | PING), true, dice.bytes(dice.below(9))));
    }
    return out.toByteArray();
  }

  private static byte[] repeated(byte[] frame, int times) {
    var out = new ByteArrayOutputStream(frame.length * times);
    for (var i = 0; i < times; i++) {
      out.writeBytes(frame);
    }
    return out.toByteArray();
  }
}
