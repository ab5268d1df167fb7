package chatd.server.model;

import chatd.server.wire.Json;
import chatd.server.wire.JsonFields;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.exc.StreamReadException;

/// One event of the Messages API, with the fields that matter; texts are empty if absent.
///
/// @param index of the block it is about
/// @param block what begins, or what is added to it
record AnthropicEvent(String type, int index, Block block, String stopReason, Counts counts) {

  /// A block or a piece of one. `data` is what is neither text nor thought: pieces of arguments,
  /// signatures, thoughts that nobody may read.
  record Block(String type, String text, String data, String id, String name) {}

  record Counts(
      @Nullable Long input,
      @Nullable Long output,
      @Nullable Long cacheRead,
      @Nullable Long cacheWritten) {}

  /// Reads one event's data.
  ///
  /// @throws JacksonException if it is no JSON object, or one whose known fields have other types
  static AnthropicEvent parse(byte[] data) {
    try (var json = Json.parser(data)) {
      var reader = new Reader(json);
      json.nextToken();
      JsonFields.each(json, reader::top);
      if (json.nextToken() != null) {
        throw new StreamReadException(json, "more than one value");
      }
      return reader.event();
    }
  }

  /// Walks the JSON of one event, without building a tree of it.
  private static final class Reader {
    private final JsonParser json;

    private String type = "";
    private int index;
    private String stopReason = "";
    private String blockType = "";
    private String text = "";
    private String data = "";
    private String id = "";
    private String name = "";
    private @Nullable Long input;
    private @Nullable Long output;
    private @Nullable Long cacheRead;
    private @Nullable Long cacheWritten;

    Reader(JsonParser json) {
      this.json = json;
    }

    AnthropicEvent event() {
      return new AnthropicEvent(
          type,
          index,
          new Block(blockType, text, data, id, name),
          stopReason,
          new Counts(input, output, cacheRead, cacheWritten));
    }

    void top(String field) {
      switch (field) {
        case "type" -> type = string();
        case "index" -> index = index();
        case "content_block", "delta" -> object(this::block);
        case "message" -> object(this::message);
        case "usage" -> object(this::usage);
        default -> {}
      }
    }

    private void message(String field) {
      if (field.equals("usage")) {
        object(this::usage);
      }
    }

    private void block(String field) {
      switch (field) {
        case "type" -> blockType = string();
        case "text", "thinking" -> text = string();
        case "partial_json", "signature", "data" -> data = string();
        case "id" -> id = string();
        case "name" -> name = string();
        case "stop_reason" -> stopReason = string();
        default -> {}
      }
    }

    private void usage(String field) {
      switch (field) {
        case "input_tokens" -> input = TokenCount.of(json);
        case "output_tokens" -> output = TokenCount.of(json);
        case "cache_read_input_tokens" -> cacheRead = TokenCount.of(json);
        case "cache_creation_input_tokens" -> cacheWritten = TokenCount.of(json);
        default -> {}
      }
    }

    private void object(JsonFields.Field field) {
      if (json.currentToken() != JsonToken.VALUE_NULL) {
        JsonFields.each(json, field);
      }
    }

    private String string() {
      if (json.currentToken() == JsonToken.VALUE_NULL) {
        return "";
      }
      expect(JsonToken.VALUE_STRING);
      return json.getString();
    }

    private int index() {
      expect(JsonToken.VALUE_NUMBER_INT);
      return json.getIntValue();
    }

    private void expect(JsonToken wanted) {
      if (json.currentToken() != wanted) {
        throw new StreamReadException(json, "expected " + wanted + ", got " + json.currentToken());
      }
    }
  }
}
