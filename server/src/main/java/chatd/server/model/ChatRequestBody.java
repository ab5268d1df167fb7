package chatd.server.model;

import chatd.core.message.ContentPart;
import chatd.core.message.Role;
import chatd.core.message.ToolSpec;
import chatd.core.turn.Prompt;
import chatd.engine.port.ModelConfig;
import chatd.engine.port.ModelRequest;
import chatd.engine.port.ProviderKind;
import chatd.server.wire.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;

/// Writes a request in the shape of chat completions.
///
/// Neighbours of one role become one message, because many models accept only turns. Reasoning is
/// not sent back, and neither are calls that a provider ran inside its own answer.
final class ChatRequestBody {
  private final JsonGenerator json;

  private ChatRequestBody(JsonGenerator json) {
    this.json = json;
  }

  static byte[] of(ModelRequest request) {
    return Json.write(json -> new ChatRequestBody(json).write(request));
  }

  private void write(ModelRequest request) {
    json.writeStartObject();
    json.writeStringProperty("model", request.model().model());
    json.writeArrayPropertyStart("messages");
    joined(request.prompt()).forEach(this::messages);
    json.writeEndArray();
    if (!request.tools().isEmpty()) {
      json.writeArrayPropertyStart("tools");
      request.tools().forEach(this::tool);
      json.writeEndArray();
    }
    if (request.reasoningEffort() != null) {
      json.writeStringProperty("reasoning_effort", request.reasoningEffort());
    }
    parameters(request.model());
    json.writeBooleanProperty("stream", true);
    json.writeObjectPropertyStart("stream_options");
    json.writeBooleanProperty("include_usage", true);
    json.writeEndObject();
    json.writeEndObject();
  }

  private void parameters(ModelConfig model) {
    var wanted = model.parameters();
    // The vendor has renamed it; those who speak its protocol mostly know the old name.
    var limit =
        model.provider().equals(ProviderKind.OPENAI.wireName())
            ? "max_completion_tokens"
            : "max_tokens";
    var writer = new RequestParameters(json, wanted);
    writer.number(limit, wanted.maxOutputTokens());
    writer.number("temperature", wanted.sampling().temperature());
    writer.number("top_p", wanted.sampling().topP());
    writer.number("top_k", wanted.sampling().topK());
    writer.number("presence_penalty", wanted.presencePenalty());
    writer.number("frequency_penalty", wanted.frequencyPenalty());
    writer.options();
  }

  /// The entries that have something to say here, neighbours of one role joined.
  private static List<Prompt.Entry> joined(Prompt prompt) {
    var joined = new ArrayList<Prompt.Entry>();
    for (var entry : prompt.entries()) {
      var said = entry.content().stream().filter(part -> isSaid(part, entry.role())).toList();
      if (said.isEmpty()) {
        continue;
      }
      if (!joined.isEmpty() && joined.getLast().role() == entry.role()) {
        var before = joined.removeLast().content();
        said = Stream.concat(before.stream(), said.stream()).toList();
      }
      joined.add(new Prompt.Entry(entry.role(), said));
    }
    return joined;
  }

  private static boolean isSaid(ContentPart part, Role by) {
    return switch (part) {
      case ContentPart.Text(var text) -> by != Role.TOOL && !text.isEmpty();
      case ContentPart.FileReference _, ContentPart.File _ -> by == Role.USER;
      case ContentPart.ToolCall call -> by == Role.ASSISTANT && !call.origin().providerExecuted();
      case ContentPart.ToolResult result -> by == Role.TOOL && !result.origin().providerExecuted();
      case ContentPart.Reasoning _, ContentPart.Source _, ContentPart.ProviderState _ -> false;
    };
  }

  private void messages(Prompt.Entry entry) {
    switch (entry.role()) {
      case SYSTEM -> plain("system", entry.content());
      case USER -> plain("user", entry.content());
      case ASSISTANT -> answer(entry.content());
      case TOOL -> only(ContentPart.ToolResult.class, entry.content()).forEach(this::result);
    }
  }

  private void plain(String role, List<ContentPart> content) {
    json.writeStartObject();
    json.writeStringProperty("role", role);
    json.writeStringProperty("content", text(content, "\n\n"));
    json.writeEndObject();
  }

  private void answer(List<ContentPart> content) {
    // A long answer may have been stored in rows that were cut anywhere, so nothing goes between.
    var text = text(content, "");
    var calls = only(ContentPart.ToolCall.class, content).toList();
    json.writeStartObject();
    json.writeStringProperty("role", "assistant");
    json.writeName("content");
    if (text.isEmpty()) {
      json.writeNull();
    } else {
      json.writeString(text);
    }
    if (!calls.isEmpty()) {
      json.writeArrayPropertyStart("tool_calls");
      calls.forEach(this::call);
      json.writeEndArray();
    }
    json.writeEndObject();
  }

  private void call(ContentPart.ToolCall call) {
    json.writeStartObject();
    json.writeStringProperty("id", ProviderText.of(call.toolCallId()));
    json.writeStringProperty("type", "function");
    json.writeObjectPropertyStart("function");
    json.writeStringProperty("name", ProviderText.of(call.toolName()));
    json.writeStringProperty("arguments", ProviderText.of(call.args()));
    json.writeEndObject();
    json.writeEndObject();
  }

  private void result(ContentPart.ToolResult result) {
    json.writeStartObject();
    json.writeStringProperty("role", "tool");
    json.writeStringProperty("tool_call_id", ProviderText.of(result.toolCallId()));
    json.writeStringProperty("content", ProviderText.of(result));
    json.writeEndObject();
  }

  private void tool(ToolSpec tool) {
    json.writeStartObject();
    json.writeStringProperty("type", "function");
    json.writeObjectPropertyStart("function");
    json.writeStringProperty("name", ProviderText.of(tool.name()));
    if (!tool.description().isEmpty()) {
      json.writeStringProperty("description", ProviderText.of(tool.description()));
    }
    json.writeName("parameters");
    Json.writeRaw(json, ProviderText.wellFormed(tool.inputSchema()));
    json.writeEndObject();
    json.writeEndObject();
  }

  private static String text(List<ContentPart> content, String between) {
    return content.stream()
        .map(ChatRequestBody::text)
        .filter(Objects::nonNull)
        .collect(Collectors.joining(between));
  }

  private static @Nullable String text(ContentPart part) {
    return switch (part) {
      case ContentPart.Text(var text) -> ProviderText.of(text);
      case ContentPart.FileReference file -> ProviderText.of(file);
      case ContentPart.File file -> ProviderText.of(file);
      case ContentPart.ToolCall _,
          ContentPart.ToolResult _,
          ContentPart.Reasoning _,
          ContentPart.Source _,
          ContentPart.ProviderState _ ->
          null;
    };
  }

  private static <T extends ContentPart> Stream<T> only(Class<T> type, List<ContentPart> content) {
    return content.stream().filter(type::isInstance).map(type::cast);
  }
}
