package chatd.core.part;

import chatd.core.message.ContentPart.ToolCall;
import chatd.core.message.Message;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Gives each tool call of an answer an id that no other call of the history and the answer has.
///
/// Providers count anew in every answer. A result that a client gives late, or twice, would count
/// for another call then.
public final class CallIds {
  private final Set<String> taken = new HashSet<>();
  private final Map<String, String> given = new HashMap<>();

  public CallIds(List<Message> history) {
    for (var message : history) {
      for (var part : message.body().content()) {
        if (part instanceof ToolCall call) {
          taken.add(call.toolCallId());
        }
      }
    }
  }

  /// The part under its call's own id, the same for all parts of one call. Calls that the provider
  /// runs itself are left alone: their results come with the answer.
  public Part fresh(Part part) {
    return switch (part) {
      case Part.ArgsDelta(var id, var name, var delta, var origin)
          when !origin.providerExecuted() ->
          new Part.ArgsDelta(fresh(id), name, delta, origin);
      case Part.Whole(ToolCall call) when !call.origin().providerExecuted() -> {
        var id = fresh(call.toolCallId());
        given.remove(call.toolCallId()); // Whatever has this id from now on is another call.
        yield new Part.Whole(
            new ToolCall(id, call.toolName(), call.args(), call.origin(), call.createdAt()));
      }
      case Part.TextDelta _,
          Part.ReasoningDelta _,
          Part.ArgsDelta _,
          Part.ResultDelta _,
          Part.ResultReset _,
          Part.Whole _ ->
          part;
    };
  }

  private String fresh(String id) {
    return given.computeIfAbsent(
        id,
        _ -> {
          var free = id;
          for (var number = 2; !taken.add(free); number++) {
            free = id + "_" + number;
          }
          return free;
        });
  }
}
