package chatd.core.chat;

import java.util.List;

/// The answer to a command.
public sealed interface Decision {

  /// The new row, and what else is written with it. A deletion has the last row.
  record Accepted(ChatRow row, List<Effect> effects) implements Decision {
    public Accepted {
      effects = List.copyOf(effects);
    }
  }

  /// What was asked for is so already; nothing is written.
  record Unchanged() implements Decision {}

  /// Nothing is written.
  record Rejected(Refusal why) implements Decision {}
}
