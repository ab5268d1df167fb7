package chatd.core.turn;

import chatd.core.chat.ChatRow;
import chatd.core.message.ContentPart;
import chatd.core.message.ContentPart.ToolCall;
import chatd.core.message.Message;
import chatd.core.message.ToolSpec;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/// What a turn is made from besides the chat's row: the whole history with its system rows, and the
/// tools that the chat's client runs.
public record TurnContext(List<Message> history, List<ToolSpec> clientTools) {
  public TurnContext {
    history = List.copyOf(history);
    clientTools = List.copyOf(clientTools);
  }

  /// Whether it was read after messages were written that the row does not know of. Then the row
  /// cannot say which of their calls are open.
  public boolean isNewerThan(ChatRow row) {
    return !history.isEmpty() && history.getLast().revision() > row.versions().history();
  }

  /// The ids of those calls in a model's answer that are the client's to run.
  public Set<String> clientCallsIn(List<ContentPart> answer) {
    var names = clientTools.stream().map(ToolSpec::name).collect(Collectors.toSet());
    return answer.stream()
        .filter(ToolCall.class::isInstance)
        .map(ToolCall.class::cast)
        .filter(call -> !call.origin().providerExecuted() && names.contains(call.toolName()))
        .map(ToolCall::toolCallId)
        .collect(Collectors.toSet());
  }
}
