package chatd.server.wire;

import static java.util.Objects.requireNonNull;

import chatd.core.message.ContentPart;
import chatd.core.message.RawJson;
import chatd.core.message.ToolOrigin;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/// The fields of one stored part while it is read, before its type says which of them count.
final class PartFields {
  private final Map<String, String> texts = new HashMap<>();
  private @Nullable RawJson value;
  private boolean isError;
  private boolean providerExecuted;
  private int startLine;
  private int endLine;
  int at;

  static PartFields read(JsonParser json) {
    var fields = new PartFields();
    JsonFields.each(json, name -> fields.take(name, json));
    return fields;
  }

  private void take(String name, JsonParser json) {
    switch (name) {
      case "args", "result", "state" -> value = Json.copy(json);
      case "is_error" -> isError = json.getBooleanValue();
      case "provider_executed" -> providerExecuted = json.getBooleanValue();
      case "start_line" -> startLine = json.getIntValue();
      case "end_line" -> endLine = json.getIntValue();
      case "at" -> at = json.getIntValue();
      default -> {
        if (json.currentToken() == JsonToken.VALUE_STRING) {
          texts.put(name, json.getString());
        }
      }
    }
  }

  ContentPart part() {
    return switch (text("type")) {
      case "text" -> new ContentPart.Text(text("text"));
      case "reasoning" ->
          new ContentPart.Reasoning(text("text"), time("created_at"), time("completed_at"));
      case "tool-call" ->
          new ContentPart.ToolCall(
              text("tool_call_id"), text("tool_name"), value(), origin(), time("created_at"));
      case "tool-result" ->
          new ContentPart.ToolResult(
              text("tool_call_id"),
              text("tool_name"),
              value(),
              isError,
              origin(),
              time("created_at"));
      case "source" ->
          new ContentPart.Source(text("url"), texts.get("source_id"), texts.get("title"));
      case "file" ->
          new ContentPart.File(
              UUID.fromString(text("file_id")), text("media_type"), texts.get("name"));
      case "file-reference" ->
          new ContentPart.FileReference(text("file_name"), startLine, endLine, text("content"));
      default -> throw new IllegalStateException("stored part of type " + texts.get("type"));
    };
  }

  ContentPart.ProviderState providerState() {
    return new ContentPart.ProviderState(text("provider"), value());
  }

  private String text(String name) {
    return requireNonNull(texts.get(name), name);
  }

  private RawJson value() {
    return requireNonNull(value, "value of a part");
  }

  private @Nullable Instant time(String name) {
    var text = texts.get(name);
    return text == null ? null : WireTime.parse(text);
  }

  private ToolOrigin origin() {
    var server = texts.get("mcp_server_config_id");
    if (server == null && !providerExecuted) {
      return ToolOrigin.NONE;
    }
    return new ToolOrigin(server == null ? null : UUID.fromString(server), providerExecuted);
  }
}
