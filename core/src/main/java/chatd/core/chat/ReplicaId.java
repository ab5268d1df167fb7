package chatd.core.chat;

import java.util.UUID;

/// One start of one process. A restarted process is another replica.
public record ReplicaId(UUID value) {
  @Override
  public String toString() {
    return value.toString();
  }
}
