package chatd.core.message;

import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// A user's message that waits for its turn. `id` stays when the order changes.
public record QueuedMessage(long id, Instant createdAt, Body body) {

  /// What was sent, with the model and effort that were chosen then; `encodedBytes` is the size of
  /// its encoded content, which counts against the queue's limit.
  public record Body(
      List<ContentPart> content,
      UserId createdBy,
      @Nullable UUID modelConfigId,
      @Nullable String reasoningEffort,
      int encodedBytes) {
    public Body {
      content = List.copyOf(content);
    }
  }
}
