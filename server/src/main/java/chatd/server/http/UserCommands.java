package chatd.server.http;

import chatd.core.chat.BrokenInvariant;
import chatd.core.chat.ChatCommand;
import chatd.core.chat.Refusal;
import chatd.core.message.ChatId;
import chatd.core.message.Message;
import chatd.engine.chats.Chats;
import chatd.engine.port.Chat;
import chatd.engine.port.DescribeChat;
import chatd.engine.port.Outcome;
import chatd.engine.port.RequestKey;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Carries out what people ask of chats. A refusal leaves the route.
final class UserCommands {
  private final Chats chats;

  UserCommands(Chats chats) {
    this.chats = chats;
  }

  /// The chat afterwards, and the messages that went into its history.
  record Applied(Chat chat, List<Message> inserted) {}

  Outcome create(ChatCommand.Create command, Chat.Description description, RequestKey key) {
    return chats.create(command, description, key);
  }

  /// Carries a command out at most once for a key.
  Outcome applyOnce(ChatId chat, ChatCommand.ByUser command, RequestKey key) {
    return accepted(chat, command, key);
  }

  /// Carries a command out that does no harm when it is repeated.
  Applied apply(ChatId chat, ChatCommand.ByUser command) {
    return applied(accepted(chat, command, null));
  }

  /// Changes the words on a chat.
  void describe(ChatId chat, DescribeChat change) {
    var outcome = chats.describe(chat, change);
    if (outcome instanceof Outcome.Refused(var why, _)) {
      throw Refusals.ofDescription(why).asException();
    }
    applied(outcome);
  }

  /// Carries `first` out and changes the words on the chat, both or neither.
  void describe(ChatId chat, DescribeChat change, ChatCommand.ByUser first) {
    var outcome = chats.describe(chat, change, first);
    if (outcome instanceof Outcome.Refused(var why, _)) {
      // A chat that may be archived is a root, and so only a pin is left to be refused.
      var isOfPin = why == Refusal.Plain.ARCHIVED;
      throw (isOfPin ? Refusals.ofDescription(why) : Refusals.of(first, why, 0)).asException();
    }
    applied(outcome);
  }

  private Outcome accepted(ChatId chat, ChatCommand.ByUser command, @Nullable RequestKey key) {
    var outcome = chats.apply(chat, command, key);
    if (outcome instanceof Outcome.Refused(var why, var now)) {
      throw Refusals.of(command, why, now.row().lifecycle().queued()).asException();
    }
    return outcome;
  }

  private static Applied applied(Outcome outcome) {
    return switch (outcome) {
      case Outcome.Done done -> new Applied(done.chat(), done.inserted());
      case Outcome.Unchanged(var chat) -> new Applied(chat, List.of());
      case Outcome.Missing _ -> throw ApiError.NOT_FOUND.asException();
      case Outcome.Refused _, Outcome.Replayed _, Outcome.KeyReused _, Outcome.KeyInUse _ ->
          throw new BrokenInvariant("an answer about a key that was not given");
    };
  }
}
