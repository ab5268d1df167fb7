package chatd.core.message;

import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// One piece of a committed message.
public sealed interface ContentPart {

  record Text(String text) implements ContentPart {}

  /// What the model thought before it answered. The times are those of its first and last delta.
  record Reasoning(String text, @Nullable Instant createdAt, @Nullable Instant completedAt)
      implements ContentPart {}

  /// A complete request of the model to run a tool.
  record ToolCall(
      String toolCallId,
      String toolName,
      RawJson args,
      ToolOrigin origin,
      @Nullable Instant createdAt)
      implements ContentPart {}

  /// The one answer to a tool call.
  record ToolResult(
      String toolCallId,
      String toolName,
      RawJson result,
      boolean isError,
      ToolOrigin origin,
      @Nullable Instant createdAt)
      implements ContentPart {}

  /// Where a statement of the model comes from.
  record Source(String url, @Nullable String sourceId, @Nullable String title)
      implements ContentPart {}

  record File(UUID fileId, String mediaType, @Nullable String name) implements ContentPart {}

  /// A quoted range of lines of a file that the user points at; lines count from 1.
  record FileReference(String fileName, int startLine, int endLine, String content)
      implements ContentPart {}

  /// What a provider wants back with the next request, such as the signature of its reasoning.
  /// Stored with the message, never sent to clients.
  record ProviderState(String provider, RawJson state) implements ContentPart {}
}
