package chatd.server.wire;

/// Texts about errors, which may repeat what somebody sent, at a length that is good to read.
public final class ErrorText {
  private static final int BYTES_MAX = 4 << 10;

  private ErrorText() {}

  /// The longest beginning of whole characters that has at most 4 KiB.
  public static String cut(String text) {
    var bytes = 0;
    for (var i = 0; i < text.length(); i += Character.charCount(text.codePointAt(i))) {
      var c = text.codePointAt(i);
      bytes += c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
      if (bytes > BYTES_MAX) {
        return text.substring(0, i);
      }
    }
    return text;
  }
}
