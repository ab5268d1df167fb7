package chatd.server.postgres;

import chatd.core.chat.ChatRow;
import chatd.core.chat.OpenCall;
import chatd.core.feed.ClientCall;
import chatd.core.message.ContentPart;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/// The calls that wait for the client, with the arguments that the last step gave them.
final class ClientCalls {
  private ClientCalls() {}

  static List<ClientCall> of(ChatRow chat, List<ContentPart> lastStep) {
    Set<String> open =
        chat.turn().openCalls().stream()
            .filter(OpenCall::byClient)
            .map(OpenCall::toolCallId)
            .collect(Collectors.toSet());
    return lastStep.stream()
        .filter(ContentPart.ToolCall.class::isInstance)
        .map(ContentPart.ToolCall.class::cast)
        .filter(call -> open.contains(call.toolCallId()))
        .map(call -> new ClientCall(call.toolCallId(), call.toolName(), call.args()))
        .toList();
  }
}
