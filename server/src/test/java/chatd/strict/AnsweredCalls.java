package chatd.strict;

import chatd.server.wire.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// The rule by which providers of chat completions take a conversation: behind a message with tool
/// calls stands exactly one result for each of them, before anything else.
public final class AnsweredCalls {
  private static final JsonMapper JSON = new JsonMapper(Json.FACTORY);

  private AnsweredCalls() {}

  /// What is wrong with the messages of this request, if anything is.
  public static Optional<String> check(String request) {
    List<String> open = new ArrayList<>();
    for (var message : JSON.readTree(request).path("messages")) {
      if (message.path("role").asString().equals("tool")) {
        if (!open.remove(message.path("tool_call_id").asString())) {
          return Optional.of("a result without its call: " + request);
        }
      } else if (open.isEmpty()) {
        message.path("tool_calls").forEach(call -> open.add(id(call)));
      } else {
        break;
      }
    }
    return open.isEmpty() ? Optional.empty() : Optional.of(open + " are open: " + request);
  }

  private static String id(JsonNode call) {
    return call.path("id").asString();
  }
}
