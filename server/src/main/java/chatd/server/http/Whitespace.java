package chatd.server.http;

/// White space as Unicode has it. Java by itself leaves those kinds alone at which no line may be
/// broken.
final class Whitespace {
  private Whitespace() {}

  /// The text without white space at both ends.
  static String trimmed(String text) {
    var begin = 0;
    var end = text.length();
    while (begin < end && isWhite(text.charAt(begin))) {
      begin++;
    }
    while (end > begin && isWhite(text.charAt(end - 1))) {
      end--;
    }
    return text.substring(begin, end);
  }

  /// Whether there is nothing else in the text.
  static boolean isAll(String text) {
    return text.chars().allMatch(c -> isWhite((char) c));
  }

  private static boolean isWhite(char c) {
    return Character.isSpaceChar(c) || (c >= '\t' && c <= '\r') || c == 0x85;
  }
}
