package chatd.core.message;

import java.util.UUID;

/// The identity of a person (or service account) that owns chats.
public record UserId(UUID value) {
  @Override
  public String toString() {
    return value.toString();
  }
}
