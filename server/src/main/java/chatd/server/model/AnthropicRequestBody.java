package chatd.server.model;

import chatd.core.message.ContentPart;
import chatd.core.message.RawJson;
import chatd.core.message.Role;
import chatd.core.message.ToolSpec;
import chatd.core.turn.Prompt;
import chatd.engine.port.ModelParameters;
import chatd.engine.port.ModelRequest;
import chatd.server.wire.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import tools.jackson.core.JsonGenerator;

/// Writes a request in the shape of the Messages API.
///
/// It knows two roles that take turns, so neighbours of one role become one message, and results of
/// tools are the user's. Thoughts go back only as the blocks that the provider signed.
final class AnthropicRequestBody {
  /// The API wants a bound; every model of the day takes this one.
  private static final long MAX_TOKENS_DEFAULT = 8_192;

  private final JsonGenerator json;

  private AnthropicRequestBody(JsonGenerator json) {
    this.json = json;
  }

  static byte[] of(ModelRequest request) {
    return Json.write(json -> new AnthropicRequestBody(json).write(request));
  }

  /// A message of one of the two roles.
  private record Message(boolean isUser, List<ContentPart> content) {}

  private void write(ModelRequest request) {
    json.writeStartObject();
    json.writeStringProperty("model", ProviderText.of(request.model().model()));
    var system = system(request.prompt());
    if (!system.isEmpty()) {
      json.writeStringProperty("system", system);
    }
    json.writeArrayPropertyStart("messages");
    messages(request.prompt()).forEach(this::message);
    json.writeEndArray();
    if (!request.tools().isEmpty()) {
      json.writeArrayPropertyStart("tools");
      request.tools().forEach(this::tool);
      json.writeEndArray();
    }
    parameters(request.model().parameters());
    json.writeBooleanProperty("stream", true);
    json.writeEndObject();
  }

  private void parameters(ModelParameters wanted) {
    var limit = wanted.maxOutputTokens();
    var writer = new RequestParameters(json, wanted);
    writer.number("max_tokens", limit == null ? (Long) MAX_TOKENS_DEFAULT : limit);
    writer.number("temperature", wanted.sampling().temperature());
    writer.number("top_p", wanted.sampling().topP());
    writer.number("top_k", wanted.sampling().topK());
    writer.options();
  }

  private static String system(Prompt prompt) {
    return prompt.entries().stream()
        .filter(entry -> entry.role() == Role.SYSTEM)
        .flatMap(entry -> entry.content().stream())
        .flatMap(
            part -> part instanceof ContentPart.Text(var text) ? Stream.of(text) : Stream.empty())
        .filter(text -> !ProviderText.isBlank(text))
        .map(ProviderText::of)
        .collect(Collectors.joining("\n\n"));
  }

  /// What has something to say here, neighbours of one role joined.
  private static List<Message> messages(Prompt prompt) {
    var said =
        prompt.entries().stream()
            .filter(entry -> entry.role() != Role.SYSTEM)
            .map(AnthropicRequestBody::said);
    // An answer that is left out has neighbours of one role.
    return joined(joined(said).stream().map(AnthropicRequestBody::ended));
  }

  private static Message said(Prompt.Entry entry) {
    return new Message(
        entry.role() != Role.ASSISTANT,
        entry.content().stream().filter(part -> isSaid(part, entry.role())).toList());
  }

  private static List<Message> joined(Stream<Message> messages) {
    List<Message> joined = new ArrayList<>();
    messages
        .filter(message -> !message.content().isEmpty())
        .forEach(message -> {
          var content = message.content();
          if (!joined.isEmpty() && joined.getLast().isUser() == message.isUser()) {
            content =
                Stream.concat(joined.removeLast().content().stream(), content.stream()).toList();
          }
          joined.add(new Message(message.isUser(), content));
        });
    return joined;
  }

  /// An answer that was stopped right behind a thought ends with it, which the API refuses.
  private static Message ended(Message message) {
    var content = message.content();
    var end = content.size();
    while (end > 0 && content.get(end - 1) instanceof ContentPart.ProviderState) {
      end--;
    }
    return new Message(message.isUser(), content.subList(0, end));
  }

  private static boolean isSaid(ContentPart part, Role by) {
    return switch (part) {
      case ContentPart.Text(var text) -> by != Role.TOOL && !ProviderText.isBlank(text);
      case ContentPart.FileReference _, ContentPart.File _ -> by == Role.USER;
      case ContentPart.ToolCall call -> by == Role.ASSISTANT && !call.origin().providerExecuted();
      case ContentPart.ToolResult result -> by == Role.TOOL && !result.origin().providerExecuted();
      case ContentPart.ProviderState(var provider, _) ->
          by == Role.ASSISTANT && provider.equals(AnthropicState.PROVIDER);
      case ContentPart.Reasoning _, ContentPart.Source _ -> false;
    };
  }

  private void message(Message message) {
    json.writeStartObject();
    json.writeStringProperty("role", message.isUser() ? "user" : "assistant");
    if (message.content().size() == 1
        && message.content().getFirst() instanceof ContentPart.Text(var text)) {
      json.writeStringProperty("content", ProviderText.of(text));
    } else {
      json.writeArrayPropertyStart("content");
      message.content().forEach(this::block);
      json.writeEndArray();
    }
    json.writeEndObject();
  }

  private void block(ContentPart part) {
    switch (part) {
      case ContentPart.Text(var text) -> text(ProviderText.of(text));
      case ContentPart.FileReference file -> text(ProviderText.of(file));
      case ContentPart.File file -> text(ProviderText.of(file));
      case ContentPart.ToolCall call -> call(call);
      case ContentPart.ToolResult result -> result(result);
      case ContentPart.ProviderState(_, var state) -> Json.writeRaw(json, state);
      case ContentPart.Reasoning _, ContentPart.Source _ -> {}
    }
  }

  private void text(String text) {
    json.writeStartObject();
    json.writeStringProperty("type", "text");
    json.writeStringProperty("text", text);
    json.writeEndObject();
  }

  private void call(ContentPart.ToolCall call) {
    json.writeStartObject();
    json.writeStringProperty("type", "tool_use");
    json.writeStringProperty("id", word(call.toolCallId()));
    json.writeStringProperty("name", word(call.toolName()));
    json.writeName("input");
    Json.writeRaw(json, object(ProviderText.wellFormed(call.args())));
    json.writeEndObject();
  }

  private void result(ContentPart.ToolResult result) {
    json.writeStartObject();
    json.writeStringProperty("type", "tool_result");
    json.writeStringProperty("tool_use_id", word(result.toolCallId()));
    json.writeStringProperty("content", ProviderText.of(result));
    if (result.isError()) {
      json.writeBooleanProperty("is_error", true);
    }
    json.writeEndObject();
  }

  private void tool(ToolSpec tool) {
    json.writeStartObject();
    json.writeStringProperty("name", tool.name());
    json.writeStringProperty("description", ProviderText.of(tool.description()));
    json.writeName("input_schema");
    Json.writeRaw(json, ProviderText.wellFormed(tool.inputSchema()));
    json.writeEndObject();
  }

  /// Ids and names of calls that another provider made may have characters that this one refuses.
  private static String word(String text) {
    return text.replaceAll("[^a-zA-Z0-9_-]", "_");
  }

  private static RawJson object(RawJson args) {
    return args.text().startsWith("{") ? args : new RawJson("{\"arguments\":" + args.text() + "}");
  }
}
