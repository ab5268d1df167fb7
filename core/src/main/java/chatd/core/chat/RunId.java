package chatd.core.chat;

import java.util.UUID;

/// One acquisition of a chat by an owner.
public record RunId(UUID value) {
  @Override
  public String toString() {
    return value.toString();
  }
}
