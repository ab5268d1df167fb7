package chatd.server.wire;

import chatd.core.message.ContentPart;
import chatd.core.message.ToolOrigin;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;

/// How a piece of content is spelled for clients, in a committed message and, when it is sent
/// whole, in a stream.
public final class ContentPartJson {
  private ContentPartJson() {}

  /// Writes the part as one object.
  ///
  /// @throws IllegalArgumentException for provider state, which no client ever sees
  public static void write(JsonGenerator json, ContentPart part) {
    json.writeStartObject();
    switch (part) {
      case ContentPart.Text(var text) -> {
        json.writeStringProperty("type", "text");
        json.writeStringProperty("text", text);
      }
      case ContentPart.Reasoning(var text, var createdAt, var completedAt) -> {
        json.writeStringProperty("type", "reasoning");
        json.writeStringProperty("text", text);
        time(json, "created_at", createdAt);
        time(json, "completed_at", completedAt);
      }
      case ContentPart.ToolCall call -> {
        tool(json, "tool-call", call.toolCallId(), call.toolName());
        json.writeName("args");
        Json.writeRaw(json, call.args());
        origin(json, call.origin());
        time(json, "created_at", call.createdAt());
      }
      case ContentPart.ToolResult result -> {
        tool(json, "tool-result", result.toolCallId(), result.toolName());
        json.writeName("result");
        Json.writeRaw(json, result.result());
        if (result.isError()) {
          json.writeBooleanProperty("is_error", true);
        }
        origin(json, result.origin());
        time(json, "created_at", result.createdAt());
      }
      case ContentPart.Source(var url, var sourceId, var title) -> {
        json.writeStringProperty("type", "source");
        json.writeStringProperty("url", url);
        optional(json, "source_id", sourceId);
        optional(json, "title", title);
      }
      case ContentPart.File(var fileId, var mediaType, var name) -> {
        json.writeStringProperty("type", "file");
        json.writeStringProperty("file_id", fileId.toString());
        json.writeStringProperty("media_type", mediaType);
        optional(json, "name", name);
      }
      case ContentPart.FileReference(var fileName, var startLine, var endLine, var content) -> {
        json.writeStringProperty("type", "file-reference");
        json.writeStringProperty("file_name", fileName);
        json.writeNumberProperty("start_line", startLine);
        json.writeNumberProperty("end_line", endLine);
        json.writeStringProperty("content", content);
      }
      case ContentPart.ProviderState _ ->
          throw new IllegalArgumentException("provider state is not for clients");
    }
    json.writeEndObject();
  }

  static void tool(JsonGenerator json, String type, String callId, String toolName) {
    json.writeStringProperty("type", type);
    json.writeStringProperty("tool_call_id", callId);
    json.writeStringProperty("tool_name", toolName);
  }

  static void origin(JsonGenerator json, ToolOrigin origin) {
    var server = origin.mcpServerConfigId();
    if (server != null) {
      json.writeStringProperty("mcp_server_config_id", server.toString());
    }
    if (origin.providerExecuted()) {
      json.writeBooleanProperty("provider_executed", true);
    }
  }

  private static void optional(JsonGenerator json, String name, @Nullable String value) {
    if (value != null) {
      json.writeStringProperty(name, value);
    }
  }

  private static void time(JsonGenerator json, String name, @Nullable Instant value) {
    if (value != null) {
      json.writeStringProperty(name, value.truncatedTo(ChronoUnit.MICROS).toString());
    }
  }
}
