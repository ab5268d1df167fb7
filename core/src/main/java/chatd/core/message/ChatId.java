package chatd.core.message;

import java.util.UUID;

/// The identity of a chat, unique over the deployment.
public record ChatId(UUID value) {
  @Override
  public String toString() {
    return value.toString();
  }
}
