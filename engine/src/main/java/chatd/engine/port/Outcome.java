package chatd.engine.port;

import chatd.core.chat.Refusal;
import chatd.core.message.Message;
import chatd.core.message.QueuedMessage;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What became of a command.
public sealed interface Outcome {

  /// Committed. `chat` is as the transaction left it (after a deletion: its last state), `now` the
  /// database's time. `deletedIds` are the messages that a cut removed, ascending.
  record Done(
      Chat chat,
      Instant now,
      List<Message> inserted,
      @Nullable QueuedMessage queued,
      List<Long> deletedIds,
      List<Chat> children)
      implements Outcome {
    public Done {
      inserted = List.copyOf(inserted);
      deletedIds = List.copyOf(deletedIds);
      children = List.copyOf(children);
    }
  }

  /// Nothing to do; the chat is as it was.
  record Unchanged(Chat chat) implements Outcome {}

  /// Refused; the chat is as it was.
  record Refused(Refusal why, Chat chat) implements Outcome {}

  /// There is no such chat.
  record Missing() implements Outcome {}

  /// This very request was carried out before; its first answer is given again.
  record Replayed(StoredAnswer answer) implements Outcome {}

  /// The key of this request belongs to another one.
  record KeyReused() implements Outcome {}

  /// The first request with this key is still being handled, and did not end in time.
  record KeyInUse() implements Outcome {}
}
