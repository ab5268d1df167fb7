package chatd.core.chat;

/// Status × queue empty or not × archived: the states of the machine. `WAITING` with a queue does
/// not exist, nor is a chat archived while a turn is active.
public enum ChatState {
  WAITING(ChatStatus.WAITING, false, false),
  ERROR(ChatStatus.ERROR, false, false),
  ERROR_QUEUED(ChatStatus.ERROR, true, false),
  RUNNING(ChatStatus.RUNNING, false, false),
  RUNNING_QUEUED(ChatStatus.RUNNING, true, false),
  INTERRUPTING(ChatStatus.INTERRUPTING, false, false),
  INTERRUPTING_QUEUED(ChatStatus.INTERRUPTING, true, false),
  REQUIRES_ACTION(ChatStatus.REQUIRES_ACTION, false, false),
  REQUIRES_ACTION_QUEUED(ChatStatus.REQUIRES_ACTION, true, false),
  ARCHIVED_WAITING(ChatStatus.WAITING, false, true),
  ARCHIVED_ERROR(ChatStatus.ERROR, false, true),
  ARCHIVED_ERROR_QUEUED(ChatStatus.ERROR, true, true);

  private final ChatStatus status;
  private final boolean queued;
  private final boolean archived;

  ChatState(ChatStatus status, boolean queued, boolean archived) {
    this.status = status;
    this.queued = queued;
    this.archived = archived;
  }

  public ChatStatus status() {
    return status;
  }

  public boolean hasQueue() {
    return queued;
  }

  public boolean isArchived() {
    return archived;
  }

  /// The state with these three properties.
  ///
  /// @throws BrokenInvariant if no such state exists
  public static ChatState of(ChatStatus status, boolean queued, boolean archived) {
    for (var state : values()) {
      if (state.status == status && state.queued == queued && state.archived == archived) {
        return state;
      }
    }
    throw new BrokenInvariant(
        "no state is " + status + (queued ? " with a queue" : "") + (archived ? ", archived" : ""));
  }
}
