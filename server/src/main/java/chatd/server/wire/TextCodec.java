package chatd.server.wire;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/// Short texts that people write on things, such as titles and labels, as escaped bytes that keep
/// every character, and in the forms that a database can search.
public final class TextCodec {
  private TextCodec() {}

  /// A JSON string with its quotes.
  public static byte[] encode(String text) {
    return Json.write(json -> json.writeString(text));
  }

  public static String decode(byte[] encoded) {
    try (var json = Json.parser(encoded)) {
      json.nextToken();
      return json.getString();
    }
  }

  /// A JSON object with the entries in their order.
  public static byte[] encode(Map<String, String> texts) {
    return Json.write(json -> {
      json.writeStartObject();
      texts.forEach(json::writeStringProperty);
      json.writeEndObject();
    });
  }

  public static Map<String, String> decodeMap(byte[] encoded) {
    Map<String, String> texts = new LinkedHashMap<>();
    try (var json = Json.parser(encoded)) {
      json.nextToken();
      JsonFields.each(json, name -> texts.put(name, json.getString()));
    }
    return texts;
  }

  /// Lower case, with what a database cannot store as text replaced; equal for texts that a search
  /// without regard to case takes for the same.
  public static String searchable(String text) {
    var out = new StringBuilder(text.length());
    text.toLowerCase(Locale.ROOT)
        .codePoints()
        .map(c -> c == 0 || (c >= 0xD800 && c <= 0xDFFF) ? 0xFFFD : c)
        .forEach(out::appendCodePoint);
    return out.toString();
  }

  /// One label as ASCII text that no other label has.
  public static String label(String key, String value) {
    return key + ":" + new String(encode(value), StandardCharsets.US_ASCII);
  }
}
