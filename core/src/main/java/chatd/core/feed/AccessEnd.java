package chatd.core.feed;

/// Why a viewer may see no more.
public enum AccessEnd {
  /// The chat was deleted or is no longer the user's.
  GONE("gone", "This chat no longer exists.", CloseReason.GONE),
  /// The token that opened the stream has ended.
  SESSION_EXPIRED(
      "session_expired",
      "You are not signed in or your session has expired.",
      CloseReason.SESSION_EXPIRED);

  private final String kind;
  private final String message;
  private final CloseReason closeReason;

  AccessEnd(String kind, String message, CloseReason closeReason) {
    this.kind = kind;
    this.message = message;
    this.closeReason = closeReason;
  }

  /// The kind of the last `error` event.
  public String kind() {
    return kind;
  }

  /// What the last `error` event says to the person.
  public String message() {
    return message;
  }

  public CloseReason closeReason() {
    return closeReason;
  }
}
