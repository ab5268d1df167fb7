package chatd.engine.port;

import chatd.core.message.ChatId;
import chatd.core.message.Message;
import chatd.core.message.QueuedMessage;
import chatd.core.message.UserId;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What people look up. Reads only; each answer is of one database snapshot.
public interface ChatLists {

  /// Root chats of a user, pinned first, then newest first, each with its sub-chats.
  List<Family> list(UserId user, Query query);

  /// The sub-chats of a root, oldest first.
  List<Chat> children(ChatId root);

  /// Visible messages with the queue (if asked for) and the history version of the same snapshot.
  Page messages(ChatId chat, PageQuery query);

  /// What the model requests for this chat have cost so far.
  Cost cost(ChatId chat);

  /// The texts of the newest user messages, newest first: at most `limit` messages that take up at
  /// most `bytesMax` together, but one in any case. Those without text are left out.
  List<UserText> prompts(ChatId chat, int limit, long bytesMax);

  /// The owner looked at the chat: nothing in it is unread now.
  void markRead(ChatId chat);

  /// Answers of which something was kept, and titles. `micros` is in millionths of a US dollar,
  /// without those of `unpriced`, of which nobody knows what they cost.
  record Cost(BigDecimal micros, long requests, long unpriced) {}

  record UserText(long id, String text) {}

  record Family(Chat root, List<Chat> children) {
    public Family {
      children = List.copyOf(children);
    }
  }

  /// `labels` must all match. `archived` null: both. `after`: the last chat of the page before.
  record Query(
      int limit, int offset, @Nullable ChatId after, Map<String, String> labels, Filter filter) {}

  record Filter(
      @Nullable Boolean archived,
      @Nullable String titlePart,
      @Nullable String status,
      @Nullable Boolean hasUnread) {}

  /// Ids between `afterId` and `beforeId`, both left out; null: open. `ascending` is the direction
  /// that `limit` counts in.
  record PageQuery(
      int limit,
      long bytesMax,
      @Nullable Long afterId,
      @Nullable Long beforeId,
      boolean ascending) {}

  record Page(
      List<Message> messages, List<QueuedMessage> queue, boolean hasMore, long historyVersion) {
    public Page {
      messages = List.copyOf(messages);
      queue = List.copyOf(queue);
    }
  }
}
