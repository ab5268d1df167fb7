package chatd.core.chat;

import chatd.core.message.Message;
import chatd.core.message.QueuedMessage;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What a decision is made from, all read under the chat's row lock.
///
/// `now` is the database's time. `queue` is in the order of execution and empty unless asked for;
/// `edited` is the row an edit names; `firstVisibleId` is null when no visible message exists;
/// `children` are the sub-chats of a root, by id.
public record ChatFacts(
    ChatRow row,
    Instant now,
    List<QueuedMessage> queue,
    @Nullable Message edited,
    @Nullable Message firstVisible,
    List<ChatRow> children,
    QueueLimits queueLimits) {

  public ChatFacts {
    queue = List.copyOf(queue);
    children = List.copyOf(children);
  }

  /// Bounds of one chat's queue: entries, and bytes of their encoded content together.
  public record QueueLimits(int messagesMax, long bytesMax) {}

  /// What a store has to load besides the row and the time.
  public enum Need {
    QUEUE,
    EDITED_MESSAGE,
    FIRST_VISIBLE_MESSAGE,
    CHILDREN
  }
}
