package chatd.engine.port;

import chatd.core.chat.ChatCommand;
import chatd.core.chat.ReplicaId;
import chatd.core.chat.RunId;
import chatd.core.chat.Versions;
import chatd.core.feed.FeedPage;
import chatd.core.feed.FeedRead;
import chatd.core.feed.FeedRow;
import chatd.core.feed.ResumeFacts;
import chatd.core.feed.ResumeQuery;
import chatd.core.message.ChatId;
import chatd.core.message.Message;
import chatd.core.message.ModelUse;
import chatd.core.turn.TurnContext;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Chats as they are stored. Every call is one transaction and throws [StoreException] on a fault.
public interface ChatStore {

  /// Makes a chat. The answer is `Done`, or one about the key.
  Outcome create(
      ChatCommand.Create command, Chat.Description description, @Nullable RequestKey key);

  /// Locks the chat's row, loads what the decision needs, decides, writes all of it or nothing.
  Outcome apply(ChatId chat, ChatCommand command, @Nullable RequestKey key);

  /// What a request with this key was answered before (`Replayed`), or that its key belongs to
  /// another one (`KeyReused`). Empty: neither. For requests that would be refused without a
  /// command.
  Optional<Outcome> answered(RequestKey key);

  /// Changes title or labels; raises the snapshot version. Null keeps what is there. A generated
  /// title does not replace one that a person has set.
  Outcome describe(ChatId chat, DescribeChat change);

  /// Carries out `first` and then `change`, both or neither, as one change of the chat.
  Outcome describe(ChatId chat, DescribeChat change, ChatCommand.ByUser first);

  /// Takes runnable chats that nobody has, oldest first, skipping those locked at the moment: at
  /// most `roots` root chats and `subs` sub-chats. Takes nothing once `replica` was declared dead.
  List<Chat> acquire(ReplicaId replica, int roots, int subs, Supplier<RunId> runs);

  /// Notes a model request that was made for this chat beside its turns. Without a chat it notes
  /// nothing.
  void record(ChatId chat, ModelUse use);

  Optional<Chat> find(ChatId chat);

  /// The whole history with its system rows.
  List<Message> history(ChatId chat);

  /// What the next step of a turn is made from, of one database snapshot.
  TurnContext context(ChatId chat);

  /// A chat and what changed in it after `afterHistory`, of one database snapshot. Empty: deleted.
  Optional<FeedRead> readFeed(ChatId chat, long afterHistory);

  /// Visible rows of a chat in ascending order of id, by `query`.
  List<FeedRow> readPage(ChatId chat, FeedPage query);

  /// What a resuming viewer's position means, given the rows deleted since.
  ResumeFacts resumeFacts(ChatId chat, ResumeQuery query);

  /// The versions of these chats now; a chat that is missing in the answer is gone.
  Map<ChatId, Versions> versions(Collection<ChatId> chats);
}
