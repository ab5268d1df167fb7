package chatd.core.chat;

import chatd.core.message.ContentPart;
import chatd.core.message.MessageBody;
import chatd.core.message.RawJson;
import java.time.Instant;

/// Why an open tool call got its result from chatd instead of from its tool. The model reads it.
public enum ClosedCall {
  /// A person stopped the turn or went on without it.
  CANCELLED("The call was cancelled by the user before it had a result."),
  /// The client did not answer in time.
  EXPIRED("The client did not answer this call in time."),
  /// The turn ended without it.
  UNANSWERED("The turn ended before this call had a result."),
  /// Its worker is gone; the call may or may not have had an effect.
  OUTCOME_UNKNOWN("The outcome of this call is unknown: it may or may not have taken effect."),
  /// The result that came is longer than a result may be.
  RESULT_TOO_LONG("The result of this call is longer than 1 MiB and was left out."),
  /// No tool of this name is offered.
  NO_SUCH_TOOL("There is no tool of this name.");

  private final String words;

  ClosedCall(String words) {
    this.words = words;
  }

  /// The result for this call.
  public ContentPart.ToolResult resultFor(OpenCall call, Instant now) {
    var result = new RawJson("{\"error\":\"" + words + "\"}");
    return new ContentPart.ToolResult(
        call.toolCallId(), call.toolName(), result, true, call.origin(), now);
  }

  MessageBody rowFor(OpenCall call, Instant now) {
    return MessageBody.tool(resultFor(call, now));
  }
}
