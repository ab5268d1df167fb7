package chatd.sim;

import chatd.core.message.Role;
import chatd.core.part.EncodedPart;
import chatd.core.part.Part;
import chatd.core.part.PartFrame;

/// Text as bytes, two for each unit, so that any text survives; and parts in such bytes.
final class Texts {
  private static final byte[] TEXT = {'t'};
  private static final byte[] REASONING = {'r'};
  private static final byte[] END = {'.'};

  private Texts() {}

  static byte[] bytes(String text) {
    var bytes = new byte[2 * text.length()];
    for (var i = 0; i < text.length(); i++) {
      bytes[2 * i] = (byte) (text.charAt(i) >> 8);
      bytes[2 * i + 1] = (byte) text.charAt(i);
    }
    return bytes;
  }

  static String text(PartFrame.Slice slice) {
    var text = new StringBuilder(slice.length() / 2);
    for (var i = slice.from(); i < slice.to(); i += 2) {
      text.append((char) ((slice.array()[i] & 0xff) << 8 | (slice.array()[i + 1] & 0xff)));
    }
    return text.toString();
  }

  static EncodedPart encode(Part part) {
    return switch (part) {
      case Part.TextDelta(var text) -> new EncodedPart(Role.ASSISTANT, TEXT, bytes(text), END);
      case Part.ReasoningDelta(var text) ->
          new EncodedPart(Role.ASSISTANT, REASONING, bytes(text), END);
      case Part.ArgsDelta _, Part.ResultDelta _, Part.ResultReset _, Part.Whole _ ->
          EncodedPart.whole(part.role(), bytes(part.toString()));
    };
  }

  /// The words of a frame of text; of any other one all there is.
  static String words(PartFrame frame) {
    return isText(frame)
        ? text(frame.delta())
        : text(new PartFrame.Slice(frame.head(), 0, frame.head().length));
  }

  static boolean isText(PartFrame frame) {
    return frame.tail().length == 1;
  }
}
