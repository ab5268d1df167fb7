package chatd.bench.user;

import chatd.server.wire.Json;
import java.util.List;
import java.util.Map;
import tools.jackson.core.JsonGenerator;

/// Bodies of requests that are as they should be.
public final class Bodies {
  private Bodies() {}

  public static byte[] message(String text) {
    return message(text, "");
  }

  /// A message, and what to do with it while the chat is busy.
  ///
  /// @param busyBehavior empty for none
  public static byte[] message(String text, String busyBehavior) {
    return Json.write(json -> {
      json.writeStartObject();
      content(json, text);
      if (!busyBehavior.isEmpty()) {
        json.writeStringProperty("busy_behavior", busyBehavior);
      }
      json.writeEndObject();
    });
  }

  /// A new chat whose client runs these tools.
  public static byte[] chat(String text, List<String> tools) {
    return Json.write(json -> {
      json.writeStartObject();
      content(json, text);
      json.writeArrayPropertyStart("unsafe_dynamic_tools");
      for (var tool : tools) {
        json.writeStartObject();
        json.writeStringProperty("name", tool);
        json.writeEndObject();
      }
      json.writeEndArray();
      json.writeEndObject();
    });
  }

  /// What tools came to.
  ///
  /// @param outputs JSON by the ids of the calls
  public static byte[] results(Map<String, String> outputs) {
    return Json.write(json -> {
      json.writeStartObject();
      json.writeArrayPropertyStart("results");
      outputs.forEach((call, output) -> {
        json.writeStartObject();
        json.writeStringProperty("tool_call_id", call);
        json.writeName("output");
        json.writeRawValue(output);
        json.writeEndObject();
      });
      json.writeEndArray();
      json.writeEndObject();
    });
  }

  private static void content(JsonGenerator json, String text) {
    json.writeArrayPropertyStart("content");
    json.writeStartObject();
    json.writeStringProperty("type", "text");
    json.writeStringProperty("text", text);
    json.writeEndObject();
    json.writeEndArray();
  }
}
