package chatd.server.model;

/// A provider's secret. It is sent in one header and shown nowhere.
public record ApiKey(String value) {
  private static final int LENGTH_MAX = 10 << 10;

  /// A key that fits into a header; spaces around it are dropped.
  ///
  /// @throws BadModelSettings if it is empty, too long or not visible ASCII
  public ApiKey {
    value = value.strip();
    if (value.isEmpty() || value.length() > LENGTH_MAX) {
      throw new BadModelSettings("The API key must have 1 to " + LENGTH_MAX + " characters.");
    }
    if (!value.chars().allMatch(c -> c > ' ' && c < 0x7F)) {
      throw new BadModelSettings("The API key may have visible ASCII characters only.");
    }
  }

  /// The text with every occurrence of the key made unreadable; providers like to repeat it.
  String removedFrom(String text) {
    return text.replace(value, "***");
  }

  @Override
  public String toString() {
    return "ApiKey[***]";
  }
}
