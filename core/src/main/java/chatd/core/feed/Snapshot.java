package chatd.core.feed;

import chatd.core.chat.ChatRow;
import chatd.core.chat.ChatStatus;
import chatd.core.chat.ReplicaId;
import chatd.core.part.Episode;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A chat at one snapshot version, as its viewers are brought to it. Shared by all of them.
@SuppressWarnings("ArrayRecordComponent") // Compared by version.
public record Snapshot(
    ChatRow row, byte[] queuedMessages, List<ClientCall> clientCalls, long lastMessageId) {

  public static Snapshot of(FeedRead read) {
    return new Snapshot(
        read.row(), read.queuedMessages(), read.clientCalls(), read.lastMessageId());
  }

  public long version() {
    return row.versions().snapshot();
  }

  public long history() {
    return row.versions().history();
  }

  public Episode episode() {
    return Episode.of(row);
  }

  /// Whether parts of the episode may be shown.
  public boolean isLive() {
    return row.isLive();
  }

  /// The replica that generates parts, or will; null: none does.
  @Nullable ReplicaId producer() {
    var owner = row.ownership();
    return owner != null && row.status() == ChatStatus.RUNNING ? owner.replica() : null;
  }

  /// Whether the current attempt's retry or failure was announced.
  boolean hasFailedAttempt() {
    var versions = row.versions();
    return versions.attempt() > 0 && versions.attempt() == versions.failedAttempt();
  }

  StreamEvent.Status status() {
    var owner = row.ownership();
    return new StreamEvent.Status(
        row.status() == ChatStatus.INTERRUPTING ? ChatStatus.RUNNING : row.status(),
        history(),
        row.phase(),
        owner == null ? null : owner.replica());
  }
}
