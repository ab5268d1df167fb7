package chatd.core.chat;

/// The counters of one chat, moved by the core alone.
///
/// `snapshot` counts transactions that changed anything a client can see; `history` is the snapshot
/// in which message rows last changed; `queue` and `retry` likewise for the queue and for announced
/// retries. `attempt` counts model requests and tool rounds since `history` last moved, and
/// `failedAttempt` is the newest of them whose retry or failure was announced (0: none).
public record Versions(
    long snapshot, long history, long queue, long retry, long attempt, long failedAttempt) {

  /// Those of a chat that does not exist yet.
  public static final Versions NONE = new Versions(0, 0, 0, 0, 0, 0);

  Versions nextSnapshot() {
    return new Versions(snapshot + 1, history, queue, retry, attempt, failedAttempt);
  }

  /// History changed in the current snapshot: a new episode count begins.
  Versions historyMoved() {
    return new Versions(snapshot, snapshot, queue, retry, 0, 0);
  }

  Versions queueMoved() {
    return new Versions(snapshot, history, snapshot, retry, attempt, failedAttempt);
  }

  Versions attemptRecorded() {
    return new Versions(snapshot, history, queue, retry, attempt + 1, failedAttempt);
  }

  Versions attemptFailed() {
    return new Versions(snapshot, history, queue, retry, attempt, attempt);
  }

  Versions retryAnnounced() {
    return new Versions(snapshot, history, queue, snapshot, attempt, attempt);
  }
}
