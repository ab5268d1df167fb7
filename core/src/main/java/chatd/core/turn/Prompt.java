package chatd.core.turn;

import chatd.core.message.ContentPart;
import chatd.core.message.Role;
import java.util.List;

/// What a model is shown, in order, in no provider's shape. Every tool call in it has its result
/// before the next message of another role.
public record Prompt(List<Entry> entries) {
  public Prompt {
    entries = List.copyOf(entries);
  }

  /// Neighbours of one role may be separate entries; an adapter joins them if its protocol must.
  public record Entry(Role role, List<ContentPart> content) {
    public Entry {
      content = List.copyOf(content);
    }
  }
}
