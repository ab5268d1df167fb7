package chatd.server.postgres;

import chatd.core.message.RawJson;
import chatd.core.message.ToolSpec;
import chatd.server.wire.Json;
import chatd.server.wire.JsonFields;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;

/// The tools of a client, as the bytes of one column. No tools are null.
final class ToolSpecCodec {
  private ToolSpecCodec() {}

  static byte @Nullable [] encode(List<ToolSpec> tools) {
    if (tools.isEmpty()) {
      return null;
    }
    return Json.write(json -> {
      json.writeStartArray();
      for (var tool : tools) {
        json.writeStartObject();
        json.writeStringProperty("name", tool.name());
        json.writeStringProperty("description", tool.description());
        json.writeName("input_schema");
        Json.writeRaw(json, tool.inputSchema());
        json.writeEndObject();
      }
      json.writeEndArray();
    });
  }

  static List<ToolSpec> decode(byte[] bytes) {
    List<ToolSpec> tools = new ArrayList<>();
    try (var json = Json.parser(bytes)) {
      json.nextToken();
      JsonFields.elements(json, () -> tools.add(tool(json)));
    }
    return tools;
  }

  private static ToolSpec tool(JsonParser json) {
    var fields = new Fields();
    JsonFields.each(json, name -> fields.take(name, json));
    return new ToolSpec(fields.name, fields.description, fields.inputSchema);
  }

  private static final class Fields {
    private String name = "";
    private String description = "";
    private RawJson inputSchema = ToolSpec.ANY_INPUT;

    void take(String field, JsonParser json) {
      switch (field) {
        case "name" -> name = json.getString();
        case "description" -> description = json.getString();
        case "input_schema" -> inputSchema = Json.copy(json);
        default -> {} // Written by a later version.
      }
    }
  }
}
