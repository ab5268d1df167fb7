package chatd.core.chat;

import java.util.List;

/// Why a command is refused. Nothing was changed.
public sealed interface Refusal {

  /// Refusals that need no further words.
  enum Plain implements Refusal {
    /// The chat is not this user's.
    NOT_YOURS,
    /// The fence no longer holds: read again.
    STALE,
    /// A command of a replica whose occasion has passed: somebody else was quicker.
    OVERTAKEN,
    ARCHIVED,
    BUSY,
    QUEUE_FULL,
    QUEUE_TOO_LARGE,
    NO_SUCH_MESSAGE,
    NOT_A_USER_MESSAGE,
    NO_SUCH_QUEUED_MESSAGE,
    NOT_FAILED,
    ALREADY_ARCHIVED,
    NOT_ARCHIVED,
    NOT_A_ROOT,
    /// A chat of the family has an active turn.
    FAMILY_ACTIVE,
    NOTHING_TO_COMPACT
  }

  /// The chat waits for no tool results; it is in this status.
  record NotWaitingForTools(ChatStatus status) implements Refusal {}

  /// The results do not match the open calls one to one.
  record WrongResults(List<String> duplicate, List<String> unexpected, List<String> missing)
      implements Refusal {
    public WrongResults {
      duplicate = List.copyOf(duplicate);
      unexpected = List.copyOf(unexpected);
      missing = List.copyOf(missing);
    }
  }
}
