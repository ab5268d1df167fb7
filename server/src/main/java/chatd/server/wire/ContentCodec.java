package chatd.server.wire;

import chatd.core.message.ContentPart;
import chatd.core.message.ToolOrigin;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;

/// The content of committed and queued messages as bytes.
///
/// What clients may see is one JSON array in the shape that they get, so that it is stored once and
/// passed on as it is. What only a provider may see stands apart, each piece with its place among
/// all parts.
public final class ContentCodec {
  private ContentCodec() {}

  /// `hidden` is null when there is nothing to hide.
  @SuppressWarnings("ArrayRecordComponent") // Passed on, never compared.
  public record Encoded(byte[] visible, byte @Nullable [] hidden) {}

  public static Encoded encode(List<ContentPart> parts) {
    var hides = parts.stream().anyMatch(ContentPart.ProviderState.class::isInstance);
    return new Encoded(visible(parts), hides ? hidden(parts) : null);
  }

  /// The array that clients see.
  public static byte[] visible(List<ContentPart> parts) {
    return Json.write(
        json -> {
          json.writeStartArray();
          parts.forEach(part -> write(json, part));
          json.writeEndArray();
        });
  }

  private static byte[] hidden(List<ContentPart> parts) {
    return Json.write(
        json -> {
          json.writeStartArray();
          for (var i = 0; i < parts.size(); i++) {
            if (parts.get(i) instanceof ContentPart.ProviderState(var provider, var state)) {
              json.writeStartObject();
              json.writeNumberProperty("at", i);
              json.writeStringProperty("provider", provider);
              json.writeName("state");
              Json.writeRaw(json, state);
              json.writeEndObject();
            }
          }
          json.writeEndArray();
        });
  }

  /// The parts that were encoded, in their order.
  public static List<ContentPart> decode(byte[] visible, byte @Nullable [] hidden) {
    List<ContentPart> parts = new ArrayList<>();
    try (var json = Json.parser(visible)) {
      json.nextToken();
      JsonFields.elements(json, () -> parts.add(readPart(json)));
    }
    if (hidden != null) {
      insertHidden(parts, hidden);
    }
    return List.copyOf(parts);
  }

  private static void insertHidden(List<ContentPart> parts, byte[] hidden) {
    try (var json = Json.parser(hidden)) {
      json.nextToken();
      JsonFields.elements(
          json,
          () -> {
            var fields = PartFields.read(json);
            parts.add(fields.at, fields.providerState());
          });
    }
  }

  private static ContentPart readPart(JsonParser json) {
    return PartFields.read(json).part();
  }

  private static void write(JsonGenerator json, ContentPart part) {
    switch (part) {
      case ContentPart.Text(var text) -> {
        start(json, "text");
        json.writeStringProperty("text", text);
        json.writeEndObject();
      }
      case ContentPart.Reasoning(var text, var createdAt, var completedAt) -> {
        start(json, "reasoning");
        json.writeStringProperty("text", text);
        writeTime(json, "created_at", createdAt);
        writeTime(json, "completed_at", completedAt);
        json.writeEndObject();
      }
      case ContentPart.ToolCall call -> {
        start(json, "tool-call");
        json.writeStringProperty("tool_call_id", call.toolCallId());
        json.writeStringProperty("tool_name", call.toolName());
        json.writeName("args");
        Json.writeRaw(json, call.args());
        writeOrigin(json, call.origin(), call.createdAt());
      }
      case ContentPart.ToolResult result -> {
        start(json, "tool-result");
        json.writeStringProperty("tool_call_id", result.toolCallId());
        json.writeStringProperty("tool_name", result.toolName());
        json.writeName("result");
        Json.writeRaw(json, result.result());
        if (result.isError()) {
          json.writeBooleanProperty("is_error", true);
        }
        writeOrigin(json, result.origin(), result.createdAt());
      }
      case ContentPart.Source(var url, var sourceId, var title) -> {
        start(json, "source");
        json.writeStringProperty("url", url);
        writeText(json, "source_id", sourceId);
        writeText(json, "title", title);
        json.writeEndObject();
      }
      case ContentPart.File(var fileId, var mediaType, var name) -> {
        start(json, "file");
        json.writeStringProperty("file_id", fileId.toString());
        json.writeStringProperty("media_type", mediaType);
        writeText(json, "name", name);
        json.writeEndObject();
      }
      case ContentPart.FileReference reference -> {
        start(json, "file-reference");
        json.writeStringProperty("file_name", reference.fileName());
        json.writeNumberProperty("start_line", reference.startLine());
        json.writeNumberProperty("end_line", reference.endLine());
        json.writeStringProperty("content", reference.content());
        json.writeEndObject();
      }
      case ContentPart.ProviderState _ -> {}
    }
  }

  private static void start(JsonGenerator json, String type) {
    json.writeStartObject();
    json.writeStringProperty("type", type);
  }

  private static void writeOrigin(
      JsonGenerator json, ToolOrigin origin, @Nullable Instant createdAt) {
    if (origin.mcpServerConfigId() != null) {
      json.writeStringProperty("mcp_server_config_id", origin.mcpServerConfigId().toString());
    }
    if (origin.providerExecuted()) {
      json.writeBooleanProperty("provider_executed", true);
    }
    writeTime(json, "created_at", createdAt);
    json.writeEndObject();
  }

  private static void writeText(JsonGenerator json, String name, @Nullable String text) {
    if (text != null) {
      json.writeStringProperty(name, text);
    }
  }

  private static void writeTime(JsonGenerator json, String name, @Nullable Instant time) {
    if (time != null) {
      json.writeStringProperty(name, WireTime.format(time));
    }
  }

}
