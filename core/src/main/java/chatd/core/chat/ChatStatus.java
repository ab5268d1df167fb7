package chatd.core.chat;

/// What a chat is doing, as stored. Clients see `INTERRUPTING` as `running`.
public enum ChatStatus {
  WAITING,
  ERROR,
  RUNNING,
  INTERRUPTING,
  REQUIRES_ACTION;

  /// Whether a turn is due or in progress.
  public boolean isActive() {
    return switch (this) {
      case RUNNING, INTERRUPTING, REQUIRES_ACTION -> true;
      case WAITING, ERROR -> false;
    };
  }

  /// Whether an owner may have the chat in this status.
  public boolean isOwnable() {
    return this == RUNNING || this == INTERRUPTING;
  }
}
