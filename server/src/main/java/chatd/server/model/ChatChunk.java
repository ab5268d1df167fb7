package chatd.server.model;

import chatd.core.message.Usage;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;

/// One event of a chat completion stream, with the fields that matter; texts are empty if absent.
record ChatChunk(
    String reasoning,
    String text,
    List<CallDelta> calls,
    @Nullable String finishReason,
    @Nullable Usage usage,
    @Nullable ProviderError error) {

  ChatChunk {
    calls = List.copyOf(calls);
  }

  /// A piece of one tool call. `index` is its place among the calls of the answer, if it was said.
  record CallDelta(@Nullable Integer index, String id, String name, String arguments) {}

  /// Reads one event's data.
  ///
  /// @throws JacksonException if it is no JSON object, or one whose known fields have other types
  static ChatChunk parse(byte[] data) {
    return new ChatChunkReader(data).read();
  }
}
