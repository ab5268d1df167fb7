package chatd.bench.fuzz;

import chatd.bench.user.Dice;
import chatd.contract.Document;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/// Values that a schema of the document allows, most of the time: what only words say about a
/// field, such as that an address must be of the internet, they do not know.
final class Samples {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
  private static final int DEPTH_MAX = 6;
  private static final String UUID = "uuid";

  /// Left out: it would choose the model of all the other attacks.
  private static final String DEFAULT_MODEL = "is_default";

  private final Document document;
  private final Dice dice;
  private final Ids ids;

  Samples(Document document, Dice dice, Ids ids) {
    this.document = document;
    this.dice = dice;
    this.ids = ids;
  }

  /// A value for a field of this name.
  JsonNode value(String name, JsonNode schema) {
    return value(name, schema, 0);
  }

  private JsonNode value(String name, JsonNode reference, int depth) {
    var schema = document.resolved(reference);
    if (schema.has("const")) {
      return schema.path("const");
    }
    if (schema.has("enum")) {
      return dice.of(list(schema.path("enum")));
    }
    for (var choice : List.of("oneOf", "anyOf")) {
      if (schema.has(choice)) {
        return value(name, dice.of(list(schema.path(choice))), depth);
      }
    }
    return switch (schema.path("type").asString("any")) {
      case "object" -> object(schema, depth);
      case "array" -> array(name, schema, depth);
      case "string" -> JSON.stringNode(text(name, schema));
      case "integer" -> JSON.numberNode(integer(schema));
      case "number" ->
          JSON.numberNode(new BigDecimal(integer(schema)).movePointLeft(dice.below(3)));
      case "boolean" -> JSON.booleanNode(dice.oneIn(2));
      default -> anything(depth);
    };
  }

  private JsonNode object(JsonNode schema, int depth) {
    var object = JSON.objectNode();
    var required = list(schema.path("required")).stream().map(JsonNode::asString).toList();
    for (var property : schema.path("properties").properties()) {
      var name = property.getKey();
      var wanted = depth < DEPTH_MAX && dice.oneIn(3) && !name.equals(DEFAULT_MODEL);
      if (required.contains(name) || wanted) {
        object.set(name, value(name, property.getValue(), depth + 1));
      }
    }
    if (schema.path("additionalProperties").isObject()) {
      for (var more = dice.below(4); more > 0; more--) {
        var name = dice.letters(dice.between(1, 12));
        object.set(name, value(name, schema.path("additionalProperties"), depth + 1));
      }
    }
    return object;
  }

  private JsonNode array(String name, JsonNode schema, int depth) {
    var array = JSON.arrayNode();
    var least = schema.path("minItems").asInt(0);
    for (var more = least + dice.below(3); more > 0; more--) {
      array.add(value(name, schema.path("items"), depth + 1));
    }
    return array;
  }

  private String text(String name, JsonNode schema) {
    if (schema.path("format").asString("").equals(UUID)) {
      return ids.any(parameter(name), dice).orElseGet(dice::uuid);
    }
    var pattern = schema.path("pattern").asString("");
    if (pattern.startsWith("^\\d")) { // A cursor.
      return "%d.%d.%d".formatted(dice.below(50), dice.below(3), dice.below(20));
    }
    return switch (name) {
      case "base_url" -> "https://" + dice.letters(8) + ".example.org/v1";
      case "username" -> "m" + dice.letters(10);
      case "q" -> dice.of("archived:any", "title:\"a b\"", "status:waiting", "has_unread:true");
      case "label" -> dice.letters(3) + ":" + dice.letters(3);
      default -> dice.letters(dice.between(1, Math.min(40, schema.path("maxLength").asInt(40))));
    };
  }

  /// What a field of a body is called in a path.
  private static String parameter(String field) {
    return switch (field) {
      case "model_config_id" -> "config";
      case "after_id" -> "chat";
      default -> field.replaceFirst("_id$", "");
    };
  }

  private long integer(JsonNode schema) {
    var least = schema.path("minimum").asLong(0);
    var most = Math.max(least, schema.path("maximum").asLong(least + 1_000));
    return switch (dice.below(4)) {
      case 0 -> least;
      case 1 -> most;
      default -> least + dice.below((int) Math.min(1_000, most - least + 1));
    };
  }

  private JsonNode anything(int depth) {
    return switch (dice.below(depth < DEPTH_MAX ? 6 : 4)) {
      case 0 -> JSON.nullNode();
      case 1 -> JSON.booleanNode(true);
      case 2 -> JSON.numberNode(dice.anyLong());
      case 3 -> JSON.stringNode(dice.letters(dice.between(0, 20)));
      case 4 -> JSON.arrayNode().add(anything(depth + 1));
      default -> {
        var object = JSON.objectNode();
        object.set(dice.letters(3), anything(depth + 1));
        yield object;
      }
    };
  }

  private static List<JsonNode> list(JsonNode array) {
    var list = new ArrayList<JsonNode>();
    array.forEach(list::add);
    return list;
  }
}
