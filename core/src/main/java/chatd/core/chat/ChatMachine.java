package chatd.core.chat;

import chatd.core.chat.ChatFacts.Need;
import java.util.Set;

/// The durable state machine of a chat: facts and a command in, what changes out.
public final class ChatMachine {
  private ChatMachine() {}

  /// What has to be loaded, besides the row and the time, before `command` can be decided.
  public static Set<Need> needs(ChatCommand command, ChatRow row) {
    return Set.of();
  }

  /// What the command does to the chat.
  public static Decision decide(ChatFacts facts, ChatCommand command) {
    return new Decision.Unchanged();
  }

  /// The first row and the first messages of a new chat.
  public static Decision.Accepted create(ChatCommand.Create command) {
    throw new BrokenInvariant("not decided");
  }
}
