package chatd.bench.fuzz;

import chatd.bench.user.Dice;
import chatd.server.wire.Json;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Texts that programs stumble over.
final class Texts {
  private static final JsonMapper JSON = new JsonMapper(Json.FACTORY);

  /// As they are.
  static final List<String> ODD =
      List.of(
          "",
          " ",
          "\u0000",
          "a\u0000b",
          "\ud800",
          "\udc00\ud800",
          "x\ud83dy",
          "\ud83d\ude00",
          "\u202e\u2066",
          "\ufeff",
          "\ufffe\uffff",
          "\r\n\r\n",
          "\u0001\u001f\u007f\u0085",
          "' or 1=1; --",
          "\\u0000",
          "%s%n%d",
          "${jndi:ldap://127.0.0.1/a}",
          "{{7*7}}",
          "<script>",
          "../../etc/passwd",
          "null",
          "true",
          "NaN",
          "-0",
          "\u0661\u0662",
          "e\u0301\u0301\u0301",
          "\u200b",
          "a\u2028b");

  private Texts() {}

  /// Escaped, so that everything survives.
  static byte[] json(JsonNode value) {
    return JSON.writeValueAsBytes(value);
  }

  /// One of them, or one of them many times.
  static String odd(Dice dice) {
    var text = dice.of(ODD);
    return dice.oneIn(6) ? text.repeat(dice.between(2, 3_000)) : text;
  }
}
