package chatd.server.model;

import chatd.core.message.Usage;
import chatd.server.wire.Json;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.exc.StreamReadException;

/// Walks the JSON of one event, without building a tree of it. A null counts as an absent field.
final class ChatChunkReader {
  private final JsonParser json;

  private String reasoningContent = "";
  private String reasoning = "";
  private String text = "";
  private final List<ChatChunk.CallDelta> calls = new ArrayList<>(1);
  private @Nullable String finishReason;
  private @Nullable Usage usage;
  private @Nullable ProviderError error;

  ChatChunkReader(byte[] data) {
    json = Json.parser(data);
  }

  ChatChunk read() {
    try (json) {
      json.nextToken();
      expect(JsonToken.START_OBJECT);
      fields(this::top);
      json.nextToken();
      expect(null); // Of two values in one event, the second would be lost.
    }
    // A gateway may send the same thoughts under both names.
    var thoughts = reasoningContent.isEmpty() ? reasoning : reasoningContent;
    return new ChatChunk(thoughts, text, calls, finishReason, usage, error);
  }

  private void top(String name) {
    switch (name) {
      case "choices" -> items(() -> fields(this::choice));
      case "usage" -> fields(new UsageReader());
      case "error" -> error = ProviderError.ofValue(json);
      default -> json.skipChildren();
    }
  }

  private void choice(String name) {
    switch (name) {
      case "delta" -> fields(this::delta);
      case "finish_reason" -> finishReason = reason();
      case "error" -> error = ProviderError.ofValue(json);
      default -> json.skipChildren();
    }
  }

  private void delta(String name) {
    switch (name) {
      case "content" -> content();
      case "refusal" -> text += string();
      case "reasoning_content" -> reasoningContent = string();
      case "reasoning" -> reasoning = string();
      case "tool_calls" -> items(() -> fields(new CallReader()));
      default -> json.skipChildren();
    }
  }

  /// A text, or, as Mistral's thinking models have it, blocks of text and of thoughts.
  private void content() {
    if (json.currentToken() == JsonToken.START_ARRAY) {
      items(() -> fields(this::block));
    } else {
      text += string();
    }
  }

  private void block(String name) {
    switch (name) {
      case "text" -> text += string();
      case "thinking" -> items(() -> fields(this::thought));
      default -> json.skipChildren();
    }
  }

  private void thought(String name) {
    switch (name) {
      case "text" -> reasoningContent += string();
      default -> json.skipChildren();
    }
  }

  private final class CallReader implements FieldReader {
    private @Nullable Integer index;
    private String id = "";
    private String toolName = "";
    private String arguments = "";

    @Override
    public void field(String name) {
      switch (name) {
        case "index" -> index = index();
        case "id" -> id = string();
        case "function" -> fields(this::function);
        default -> json.skipChildren();
      }
    }

    private void function(String name) {
      switch (name) {
        case "name" -> toolName = string();
        case "arguments" -> arguments = string();
        default -> json.skipChildren();
      }
    }

    @Override
    public void end() {
      calls.add(new ChatChunk.CallDelta(index, id, toolName, arguments));
    }
  }

  private final class UsageReader implements FieldReader {
    private @Nullable Long input;
    private @Nullable Long output;
    private @Nullable Long total;
    private @Nullable Long reasoningTokens;
    private @Nullable Long cached;

    @Override
    public void field(String name) {
      switch (name) {
        case "prompt_tokens" -> input = TokenCount.of(json);
        case "completion_tokens" -> output = TokenCount.of(json);
        case "total_tokens" -> total = TokenCount.of(json);
        case "prompt_tokens_details", "completion_tokens_details" -> fields(this::detail);
        default -> json.skipChildren();
      }
    }

    private void detail(String name) {
      switch (name) {
        case "cached_tokens" -> cached = TokenCount.of(json);
        case "reasoning_tokens" -> reasoningTokens = TokenCount.of(json);
        default -> json.skipChildren();
      }
    }

    @Override
    public void end() {
      usage = new Usage(input, output, total, reasoningTokens, null, cached, null);
    }
  }

  /// Reads one object, field by field; the parser stands on the field's value.
  private interface FieldReader {
    void field(String name);

    default void end() {}
  }

  private void fields(FieldReader reader) {
    expect(JsonToken.START_OBJECT);
    while (json.nextToken() == JsonToken.PROPERTY_NAME) {
      var name = json.currentName();
      if (json.nextToken() != JsonToken.VALUE_NULL) {
        reader.field(name);
      }
    }
    reader.end();
  }

  private void items(Runnable reader) {
    expect(JsonToken.START_ARRAY);
    while (json.nextToken() != JsonToken.END_ARRAY) {
      reader.run();
    }
  }

  /// Some providers say an empty reason as long as there is none.
  private @Nullable String reason() {
    var reason = string();
    return reason.isEmpty() ? null : reason;
  }

  private String string() {
    expect(JsonToken.VALUE_STRING);
    return json.getString();
  }

  private int index() {
    expect(JsonToken.VALUE_NUMBER_INT);
    return json.getIntValue();
  }

  private void expect(@Nullable JsonToken wanted) {
    if (json.currentToken() != wanted) {
      throw new StreamReadException(json, "expected " + wanted + ", got " + json.currentToken());
    }
  }
}
