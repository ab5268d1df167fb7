package chatd.engine.port;

import chatd.core.chat.ChatRow;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A chat as a person knows it: the row of its state machine, and how it is described.
public record Chat(ChatRow row, Description description, Owner owner, Marks marks) {

  /// What people write on a chat.
  public record Description(
      String title, boolean titledByPerson, Map<String, String> labels, ClientType clientType) {
    public Description {
      labels = Map.copyOf(labels);
    }
  }

  /// The chat's user, by name.
  public record Owner(String username, @Nullable String name) {}

  /// `pinOrder` 0: not pinned. `updatedAt` moves with messages, queue and status.
  public record Marks(int pinOrder, boolean hasUnread, Instant createdAt, Instant updatedAt) {}

  /// Which kind of client started the chat.
  public enum ClientType {
    UI,
    API
  }
}
