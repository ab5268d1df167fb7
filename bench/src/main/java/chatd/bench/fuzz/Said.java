package chatd.bench.fuzz;

/// A message of a user that the server has accepted, and that must be there until something that
/// was accepted as well has taken it away.
final class Said {
  private final String id;
  private final String text;
  private final boolean ordered;
  private long messageId;
  private boolean unordered;

  /// Makes one.
  ///
  /// @param id by which it is recognised
  /// @param ordered false if it was sent at the same time as others
  Said(String id, String text, boolean ordered) {
    this.id = id;
    this.text = text;
    this.ordered = ordered;
  }

  String id() {
    return id;
  }

  String text() {
    return text;
  }

  /// The number of its row in the history; 0 while none is known.
  long messageId() {
    return messageId;
  }

  void isRow(long number) {
    messageId = number;
  }

  /// It has overtaken others, nobody knows which.
  void overtakes() {
    unordered = true;
  }

  /// Whether it stands behind everything that was said before it.
  boolean isOrdered() {
    return ordered && !unordered;
  }
}
