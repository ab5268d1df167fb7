package chatd.bench.fuzz;

import chatd.bench.user.Dice;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// Changes a body of JSON: one of its values, its text, or its bytes.
final class JsonMutation {
  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
  private static final int BODY_MAX = 256 * 1024;

  /// Stands where a value will stand that no tree of JSON can hold.
  private static final String PLACE = "\"@@\"";

  private static final List<String> VALUES =
      List.of(
          "1e999",
          "-1e999",
          "1e-999",
          "-0",
          "-0.0",
          "0.1",
          "9223372036854775807",
          "9223372036854775808",
          "-9223372036854775808",
          "18446744073709551616",
          "1234567890123456789012345678901234567890",
          "01",
          "+1",
          ".5",
          "5.",
          "NaN",
          "Infinity",
          "0x10",
          "1_000",
          "true",
          "TRUE",
          "nul",
          "null",
          "\"",
          "\"\\u\"",
          "\"\\ud800\"",
          "\"\\udc00\\ud800\"",
          "\"\\u0000\"",
          "\"\\x41\"",
          "\"\t\"",
          "\"\n\"",
          "'a'",
          "[",
          "{",
          "]",
          "}",
          "[]",
          "{}",
          "[,]",
          "{,}",
          "[1,]",
          "{\"a\":1,}",
          "{\"a\"}",
          "{a:1}",
          "{\"a\":1,\"a\":2}",
          "{\"\":\"\"}",
          "[[[[[[[[[[]]]]]]]]]]",
          "/**/1",
          "1 // x",
          "\u0000",
          "\"\u0000\"",
          "undefined",
          "\"a\" \"b\"",
          "1 2");

  private JsonMutation() {}

  /// Other bytes than these, or now and then the same.
  static byte[] of(byte[] body, Dice dice) {
    return switch (dice.below(10)) {
      case 0 -> ofText(body, dice);
      case 1 -> ofSize(body, dice);
      default -> ofValue(body, dice);
    };
  }

  private static byte[] ofValue(byte[] body, Dice dice) {
    JsonNode root;
    try {
      root = JSON.readTree(body);
    } catch (JacksonException _) {
      return ofText(body, dice);
    }
    var places = new ArrayList<JsonNode>();
    collect(root, places);
    if (places.isEmpty()) {
      return dice.of(VALUES).getBytes(StandardCharsets.UTF_8);
    }
    var raw =
        switch (dice.of(places)) {
          case ObjectNode object -> inObject(object, dice);
          case ArrayNode array -> inArray(array, dice);
          case JsonNode _ -> dice.of(VALUES);
        };
    var text = new String(Texts.json(root), StandardCharsets.UTF_8);
    return text.replace(PLACE, raw).getBytes(StandardCharsets.UTF_8);
  }

  private static void collect(JsonNode node, List<JsonNode> places) {
    if (node.isContainer()) {
      places.add(node);
      node.forEach(child -> collect(child, places));
    }
  }

  /// Puts something into the object; what is returned takes the place that was left for it.
  private static String inObject(ObjectNode object, Dice dice) {
    var names = List.copyOf(object.propertyNames());
    if (names.isEmpty() || dice.oneIn(8)) {
      object.put(dice.oneIn(2) ? Texts.odd(dice) : dice.letters(5), "@@");
      return value(dice);
    }
    var name = dice.of(names);
    if (dice.oneIn(6)) {
      object.remove(name);
      return "";
    }
    if (dice.oneIn(8)) { // The same name twice.
      var old = new String(Texts.json(object.get(name)), StandardCharsets.UTF_8);
      object.put(name, "@@");
      return value(dice) + ",\"" + name + "\":" + old;
    }
    object.put(name, "@@");
    return value(dice);
  }

  private static String inArray(ArrayNode array, Dice dice) {
    if (array.isEmpty() || dice.oneIn(4)) {
      array.add("@@");
      return value(dice);
    }
    if (dice.oneIn(6)) {
      var first = array.get(0);
      for (var more = dice.between(1, 300); more > 0; more--) {
        array.add(first);
      }
      return "";
    }
    array.set(dice.below(array.size()), NODES.stringNode("@@"));
    return value(dice);
  }

  private static String value(Dice dice) {
    return switch (dice.below(6)) {
      case 0, 1 -> dice.of(VALUES);
      case 2 -> nested(dice);
      case 3 -> quoted("x".repeat(dice.of(1, 100, 201, 10_001, 70_000, 200_000, 262_100)));
      default -> quoted(Texts.odd(dice));
    };
  }

  private static String nested(Dice dice) {
    var depth = dice.of(10, 400, 490, 499, 500, 501, 5_000, 60_000);
    var open = dice.of("[", "{\"a\":");
    return open.repeat(depth)
        + "1"
        + (open.equals("[") ? "]" : "}").repeat(dice.oneIn(5) ? 0 : depth);
  }

  private static String quoted(String text) {
    return new String(Texts.json(NODES.stringNode(text)), StandardCharsets.US_ASCII);
  }

  private static byte[] ofText(byte[] body, Dice dice) {
    var bytes = body.length == 0 ? dice.bytes(20) : body.clone();
    switch (dice.below(5)) {
      case 0 -> bytes = Arrays.copyOf(bytes, dice.below(bytes.length + 1));
      case 1 -> bytes[dice.below(bytes.length)] ^= (byte) (1 << dice.below(8));
      case 2 -> bytes[dice.below(bytes.length)] = (byte) dice.below(256);
      case 3 -> bytes = new String(bytes, StandardCharsets.UTF_8).getBytes(StandardCharsets.UTF_16);
      default ->
          bytes =
              ("\ufeff" + new String(bytes, StandardCharsets.UTF_8))
                  .getBytes(StandardCharsets.UTF_8);
    }
    return bytes;
  }

  /// Right up to the bound, and beyond it.
  private static byte[] ofSize(byte[] body, Dice dice) {
    var size = dice.of(BODY_MAX - 1, BODY_MAX, BODY_MAX + 1, 2 * BODY_MAX, 4 * BODY_MAX + 1);
    var padded = Arrays.copyOf(body, Math.max(body.length, size));
    Arrays.fill(padded, Math.min(body.length, padded.length), padded.length, (byte) ' ');
    return padded;
  }
}
