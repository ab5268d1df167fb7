package chatd.server.wire;

import chatd.core.message.RawJson;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.ObjectReadContext;

/// A JSON value that somebody sent: text with every character, numbers with every digit.
public sealed interface JsonValue {

  record Text(String text) implements JsonValue {}

  record Numeral(String digits) implements JsonValue {}

  record Flag(boolean on) implements JsonValue {}

  record Nothing() implements JsonValue {}

  record Elements(List<JsonValue> values) implements JsonValue {}

  /// Of a name that comes twice, the last value counts.
  record Members(Map<String, JsonValue> values) implements JsonValue {}

  /// What an object holds under this name; nothing where there is no such thing.
  default JsonValue member(String name) {
    return this instanceof Members(var values)
        ? values.getOrDefault(name, new Nothing())
        : new Nothing();
  }

  /// The values in an array; none where this is something else.
  default List<JsonValue> asElements() {
    return this instanceof Elements(var values) ? values : List.of();
  }

  /// The text; empty where this is something else.
  default String asText() {
    return this instanceof Text(var text) ? text : "";
  }

  /// The integer; 0 where this is something else or has no place in a long.
  default long asInteger() {
    try {
      return this instanceof Numeral(var digits) ? Long.parseLong(digits) : 0;
    } catch (NumberFormatException _) {
      return 0;
    }
  }

  /// The value again as JSON; numbers keep their digits.
  default RawJson raw() {
    return new RawJson(
        new String(Json.write(json -> write(json, this)), StandardCharsets.US_ASCII));
  }

  private static void write(JsonGenerator json, JsonValue value) {
    switch (value) {
      case Text(var text) -> json.writeString(text);
      case Numeral(var digits) -> json.writeNumber(digits);
      case Flag(var on) -> json.writeBoolean(on);
      case Nothing _ -> json.writeNull();
      case Elements(var values) -> {
        json.writeStartArray();
        values.forEach(element -> write(json, element));
        json.writeEndArray();
      }
      case Members(var values) -> {
        json.writeStartObject();
        values.forEach((name, member) -> {
          json.writeName(name);
          write(json, member);
        });
        json.writeEndObject();
      }
    }
  }

  /// The one value in these bytes; empty if they are not valid UTF-8, not exactly one JSON value,
  /// or nested too deeply.
  static Optional<JsonValue> read(byte[] utf8) {
    try {
      // Decoded first, because a JSON parser is more tolerant of bytes than UTF-8 is.
      var text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(utf8)).toString();
      try (var json = Json.FACTORY.createParser(ObjectReadContext.empty(), text)) {
        if (json.nextToken() == null) {
          return Optional.empty();
        }
        var value = value(json);
        return json.nextToken() == null ? Optional.of(value) : Optional.empty();
      }
    } catch (CharacterCodingException | JacksonException _) {
      return Optional.empty();
    }
  }

  /// The value that the parser stands on; afterwards it stands on the value's last token.
  private static JsonValue value(JsonParser json) {
    return switch (json.currentToken()) {
      case VALUE_STRING -> new Text(json.getString());
      case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> new Numeral(json.getString());
      case VALUE_TRUE -> new Flag(true);
      case VALUE_FALSE -> new Flag(false);
      case VALUE_NULL -> new Nothing();
      case START_ARRAY -> {
        var values = new ArrayList<JsonValue>();
        JsonFields.elements(json, () -> values.add(value(json)));
        yield new Elements(values);
      }
      case START_OBJECT -> {
        var values = new LinkedHashMap<String, JsonValue>();
        JsonFields.each(json, name -> values.put(name, value(json)));
        yield new Members(values);
      }
      case END_ARRAY, END_OBJECT, PROPERTY_NAME, VALUE_EMBEDDED_OBJECT, NOT_AVAILABLE ->
          throw new Json.NotOneValue();
    };
  }
}
