package chatd.server.wire;

import chatd.core.message.RawJson;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.core.json.JsonWriteFeature;

/// The JSON reader and writer that all codecs share.
///
/// Written bytes are ASCII: everything else is escaped, so that an unpaired surrogate survives and
/// a byte array may become a `String` and back without loss. Reading refuses invalid UTF-8 and
/// values nested deeper than 500.
public final class Json {
  /// The deepest nesting that is read.
  public static final int DEPTH_MAX = 500;

  private static final int STRING_MAX = 64 << 20;

  /// Enough for any: how much may come at all, each reader bounds. Digits are only copied.
  private static final int NAME_MAX = 2 << 20;

  private static final int NUMBER_MAX = 2 << 20;

  /// An array of parts, each an object.
  private static final int AROUND_A_STORED_VALUE = 2;

  public static final JsonFactory FACTORY = factory(DEPTH_MAX);
  private static final JsonFactory STORED = factory(DEPTH_MAX + AROUND_A_STORED_VALUE);

  private Json() {}

  private static JsonFactory factory(int depthMax) {
    return JsonFactory.builder()
        .streamReadConstraints(
            StreamReadConstraints.builder()
                .maxNestingDepth(depthMax)
                .maxStringLength(STRING_MAX)
                .maxNameLength(NAME_MAX)
                .maxNumberLength(NUMBER_MAX)
                .build())
        .enable(JsonWriteFeature.ESCAPE_NON_ASCII)
        .build();
  }

  /// A parser of these UTF-8 bytes.
  public static JsonParser parser(byte[] utf8) {
    return FACTORY.createParser(ObjectReadContext.empty(), utf8);
  }

  /// A parser of bytes that were written here. They may hold a value of the deepest nesting inside
  /// of what stands around it at rest.
  static JsonParser storedParser(byte[] ascii) {
    return STORED.createParser(ObjectReadContext.empty(), ascii);
  }

  /// What `body` writes, as ASCII bytes.
  public static byte[] write(Writer body) {
    var out = new ByteArrayOutputStream(256);
    try (var json = FACTORY.createGenerator(ObjectWriteContext.empty(), out)) {
      body.write(json);
    }
    return out.toByteArray();
  }

  /// Writes one value to a generator.
  @FunctionalInterface
  public interface Writer {
    void write(JsonGenerator json);
  }

  /// The one JSON value in this text, compact and escaped; numbers keep their digits.
  ///
  /// @throws JacksonException if the text is not exactly one JSON value within the limits
  public static RawJson raw(byte[] utf8) {
    try (var parser = parser(utf8)) {
      parser.nextToken();
      var value = copy(parser);
      if (parser.nextToken() != null) {
        throw new NotOneValue();
      }
      return value;
    }
  }

  /// Likewise, from text whose unpaired surrogates, if any, stand as they are.
  public static RawJson raw(String text) {
    try (var parser = FACTORY.createParser(ObjectReadContext.empty(), text)) {
      parser.nextToken();
      var value = copy(parser);
      if (parser.nextToken() != null) {
        throw new NotOneValue();
      }
      return value;
    }
  }

  /// The value that the parser stands on; afterwards it stands on the value's last token.
  public static RawJson copy(JsonParser parser) {
    if (parser.currentToken() == null) {
      throw new NotOneValue();
    }
    return new RawJson(
        new String(write(json -> copyTokens(parser, json)), StandardCharsets.US_ASCII));
  }

  /// Writes a value that was checked before, as it is.
  public static void writeRaw(JsonGenerator json, RawJson value) {
    json.writeRawValue(value.text());
  }

  private static void copyTokens(JsonParser parser, JsonGenerator json) {
    var depth = 0;
    do {
      var token = parser.currentToken();
      switch (token) {
        case START_OBJECT, START_ARRAY -> depth++;
        case END_OBJECT, END_ARRAY -> depth--;
        default -> {}
      }
      if (token == JsonToken.VALUE_NUMBER_FLOAT || token == JsonToken.VALUE_NUMBER_INT) {
        json.writeNumber(parser.getString());
      } else {
        json.copyCurrentEvent(parser);
      }
    } while (depth > 0 && parser.nextToken() != null);
    if (depth > 0) {
      throw new NotOneValue();
    }
  }

  /// Something else than exactly one complete value.
  public static final class NotOneValue extends JacksonException {
    private static final long serialVersionUID = 1;

    NotOneValue() {
      super("not exactly one JSON value");
    }
  }
}
