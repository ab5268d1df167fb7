package chatd.engine.chats;

import chatd.core.chat.ChatCommand;
import chatd.core.chat.ReplicaId;
import chatd.core.chat.RunId;
import chatd.core.message.ChatId;
import chatd.engine.port.Chat;
import chatd.engine.port.ChatStore;
import chatd.engine.port.DescribeChat;
import chatd.engine.port.Hint;
import chatd.engine.port.Outcome;
import chatd.engine.port.RequestKey;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// The one door through which chats are changed: apply in the store, then tell everybody.
public final class Chats {
  private final ChatStore store;
  private final Hints hints;

  public Chats(ChatStore store, Hints hints) {
    this.store = store;
    this.hints = hints;
  }

  public Outcome create(
      ChatCommand.Create command, Chat.Description description, @Nullable RequestKey key) {
    return announced(store.create(command, description, key), false, _ -> {});
  }

  public Outcome apply(ChatId chat, ChatCommand command, @Nullable RequestKey key) {
    return apply(chat, command, key, _ -> {});
  }

  /// Likewise; `first` hears of the result before anybody else does.
  public Outcome apply(
      ChatId chat, ChatCommand command, @Nullable RequestKey key, Consumer<Outcome.Done> first) {
    var deletes = command instanceof ChatCommand.Delete;
    return announced(store.apply(chat, command, key), deletes, first);
  }

  public Outcome describe(ChatId chat, DescribeChat change) {
    return announced(store.describe(chat, change), false, _ -> {});
  }

  /// Carries out `first` and then `change`, both or neither.
  public Outcome describe(ChatId chat, DescribeChat change, ChatCommand.ByUser first) {
    return announced(store.describe(chat, change, first), false, _ -> {});
  }

  /// Takes chats for `replica`. `first` hears of them before anybody else does.
  public List<Chat> acquire(
      ReplicaId replica, int roots, int subs, Supplier<RunId> runs, Consumer<Chat> first) {
    var acquired = store.acquire(replica, roots, subs, runs);
    acquired.forEach(first);
    acquired.forEach(chat -> hints.announce(Hint.of(chat.row())));
    return acquired;
  }

  private Outcome announced(Outcome outcome, boolean deletes, Consumer<Outcome.Done> first) {
    if (outcome instanceof Outcome.Done done) {
      first.accept(done);
      announce(done.chat(), deletes);
      done.children().forEach(child -> announce(child, deletes));
    }
    return outcome;
  }

  private void announce(Chat chat, boolean deleted) {
    hints.announce(deleted ? Hint.ofDeleted(chat.row()) : Hint.of(chat.row()));
  }
}
