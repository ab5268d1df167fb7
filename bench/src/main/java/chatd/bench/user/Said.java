package chatd.bench.user;

/// A message of a user that the server has accepted, and that must be there until something that
/// was accepted as well has taken it away.
public final class Said {
  private final String id;
  private final String text;
  private final boolean ordered;
  private long messageId;
  private boolean unordered;

  /// Makes one.
  ///
  /// @param id by which it is recognised
  /// @param ordered false if it was sent at the same time as others
  public Said(String id, String text, boolean ordered) {
    this.id = id;
    this.text = text;
    this.ordered = ordered;
  }

  /// How the answer to the message of this id begins, so that it is seen to what it belongs.
  public static String greeting(String id) {
    return "re:" + id + ":";
  }

  public String id() {
    return id;
  }

  public String text() {
    return text;
  }

  /// The number of its row in the history; 0 while none is known.
  public long messageId() {
    return messageId;
  }

  public void isRow(long number) {
    messageId = number;
  }

  /// It has overtaken others, nobody knows which.
  public void overtakes() {
    unordered = true;
  }

  /// Whether it stands behind everything that was said before it.
  public boolean isOrdered() {
    return ordered && !unordered;
  }
}
