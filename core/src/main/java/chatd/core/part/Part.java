package chatd.core.part;

import chatd.core.message.ContentPart;
import chatd.core.message.Role;
import chatd.core.message.ToolOrigin;

/// One piece of a step while it is produced: a delta of a block, or a whole piece of content.
public sealed interface Part {

  record TextDelta(String text) implements Part {}

  record ReasoningDelta(String text) implements Part {}

  /// More of a call's arguments, which are JSON only when complete.
  record ArgsDelta(String toolCallId, String toolName, String delta, ToolOrigin origin)
      implements Part {}

  /// Progress of a running tool, for people to watch. The final result replaces it.
  record ResultDelta(String toolCallId, String toolName, String delta, ToolOrigin origin)
      implements Part {}

  /// The progress shown so far is void.
  record ResultReset(String toolCallId, String toolName, ToolOrigin origin) implements Part {}

  /// A tool call with its final arguments, a tool's final result, a source or a file.
  record Whole(ContentPart content) implements Part {}

  /// Who speaks in this part: `TOOL` for what a tool run produces, otherwise `ASSISTANT`.
  default Role role() {
    return switch (this) {
      case ResultDelta _, ResultReset _, Whole(ContentPart.ToolResult _) -> Role.TOOL;
      case TextDelta _, ReasoningDelta _, ArgsDelta _, Whole _ -> Role.ASSISTANT;
    };
  }

  /// Bytes of this part's own text in UTF-8; 0 for a whole piece of content.
  default long textBytes() {
    return switch (this) {
      case TextDelta(var text) -> utf8Length(text);
      case ReasoningDelta(var text) -> utf8Length(text);
      case ArgsDelta(_, _, var delta, _) -> utf8Length(delta);
      case ResultDelta(_, _, var delta, _) -> utf8Length(delta);
      case ResultReset _, Whole _ -> 0;
    };
  }

  private static long utf8Length(String text) {
    // A surrogate pair takes four bytes, two for each half.
    return text.chars()
        .mapToLong(
            unit -> unit < 0x80 ? 1 : unit < 0x800 || Character.isSurrogate((char) unit) ? 2 : 3)
        .sum();
  }
}
