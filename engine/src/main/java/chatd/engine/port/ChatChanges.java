package chatd.engine.port;

import chatd.core.feed.ClientCall;
import chatd.core.message.ChatId;
import chatd.core.message.UserId;
import chatd.core.watch.WatchedChat;
import java.util.Collection;
import java.util.List;
import java.util.Map;

/// Finds what changed among the chats of users, whoever changed it. Every call is one statement,
/// hence of one snapshot, and throws [StoreException] on a fault.
public interface ChatChanges {

  /// A moment of the database: every transaction before it has ended and is seen by everybody.
  /// Ordered; what comes later is not smaller.
  record Mark(long number) {}

  /// The chats of a user, at most `chatsMax`, those that changed last, in the order of their
  /// changes; and the mark from which on [#since] finds whatever is not among them.
  Beginning begin(UserId user, int chatsMax);

  record Beginning(Mark mark, Map<ChatId, WatchedChat> chats) {}

  /// For each user the chats that were changed or deleted by transactions that had not ended at the
  /// mark; and the mark to go on from. Repeats what was seen already rather than miss what was
  /// committed late. At most `max`.
  Touches since(Map<UserId, Mark> marks, int max);

  /// `complete`: there are no more than these.
  record Touches(Mark next, boolean complete, List<Touched> chats) {
    public Touches {
      chats = List.copyOf(chats);
    }
  }

  /// A chat at this snapshot; `Long.MAX_VALUE`: it was deleted.
  record Touched(UserId user, ChatId chat, long snapshot) {}

  /// These chats as they are now. Deleted ones are found in their last state, not archived, for
  /// some minutes; what is left out is not there at all.
  List<Found> read(Collection<ChatId> chats);

  /// `calls` are those that wait for the client.
  record Found(Chat chat, boolean deleted, List<ClientCall> calls) {
    public Found {
      calls = List.copyOf(calls);
    }
  }

  /// Forgets what deleted chats were, once nobody can still have to be told.
  void forgetDeleted();
}
