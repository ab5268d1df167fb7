package chatd.engine.port;

import chatd.core.chat.ChatRow;
import chatd.core.chat.ChatStatus;
import chatd.core.chat.ReplicaId;
import chatd.core.chat.Versions;
import chatd.core.message.ChatId;
import chatd.core.message.UserId;
import org.jspecify.annotations.Nullable;

/// News that a chat changed. It may be lost, repeated or late, so it never decides anything:
/// whoever hears it compares versions and reads. A deleted chat is announced with `Long.MAX_VALUE`
/// as its snapshot.
///
/// `user` null: whose chat it is was not said.
public record Hint(
    ChatId chat,
    Versions versions,
    ChatStatus status,
    @Nullable ReplicaId owner,
    @Nullable UserId user) {

  public static Hint of(ChatRow row) {
    var owner = row.ownership();
    return new Hint(
        row.id(),
        row.versions(),
        row.status(),
        owner == null ? null : owner.replica(),
        row.identity().user());
  }

  /// The last news of a chat.
  public static Hint ofDeleted(ChatRow row) {
    var last = row.versions();
    var versions =
        new Versions(
            Long.MAX_VALUE,
            last.history(),
            last.queue(),
            last.retry(),
            last.attempt(),
            last.failedAttempt());
    return new Hint(row.id(), versions, ChatStatus.WAITING, null, row.identity().user());
  }

  /// Whether a replica should look for work.
  public boolean isWork() {
    return status == ChatStatus.RUNNING && owner == null;
  }
}
