package chatd.core.chat;

import chatd.core.message.MessageBody;
import chatd.core.message.ModelUse;
import chatd.core.message.QueuedMessage;
import java.util.List;

/// One change of the database besides the chat's row. Written in the order given, in the
/// transaction that writes the row.
public sealed interface Effect {

  /// New rows at the end of the history, in this order; ids are drawn now, the revision is the new
  /// history version.
  record Insert(List<MessageBody> rows) implements Effect {
    public Insert {
      rows = List.copyOf(rows);
    }
  }

  /// Deletes every visible row from this id on and records the cut.
  record Cut(long fromId, long fromRevision) implements Effect {}

  record Enqueue(QueuedMessage.Body message) implements Effect {}

  record Dequeue(long queuedId) implements Effect {}

  record MoveToHead(long queuedId) implements Effect {}

  record EmptyQueue() implements Effect {}

  /// Writes the row of a sub-chat.
  record WriteChild(ChatRow child) implements Effect {}

  /// Deletes the chat and these sub-chats with all they hold, leaving a tombstone for each.
  record DeleteFamily(List<ChatRow> children) implements Effect {
    public DeleteFamily {
      children = List.copyOf(children);
    }
  }

  /// Notes what one model request took.
  record RecordUsage(ModelUse use) implements Effect {}
}
