package chatd.server.wire;

import chatd.core.feed.ClientCall;
import java.util.List;
import tools.jackson.core.JsonGenerator;

/// Calls that wait for the client, as a member of an object.
final class ClientCallJson {
  private ClientCallJson() {}

  static void write(JsonGenerator json, List<ClientCall> calls) {
    json.writeArrayPropertyStart("tool_calls");
    for (var call : calls) {
      json.writeStartObject();
      json.writeStringProperty("tool_call_id", call.toolCallId());
      json.writeStringProperty("tool_name", call.toolName());
      json.writeStringProperty("args", call.args().text());
      json.writeEndObject();
    }
    json.writeEndArray();
  }
}
