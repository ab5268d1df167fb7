package chatd.contract;

import com.networknt.schema.Schema;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// The schemas of a document, taken strictly.
///
/// Clients have to ignore members that they do not know, so the document does not forbid any. Here
/// every object that names its members has no others, or the document would miss some.
final class Schemas {
  private static final String ID = "https://chatd.invalid/schemas";
  private static final String IN_DOCUMENT = "#/components/schemas/";
  private static final String HERE = ID + "#/$defs/";

  private final SchemaRegistry registry;
  private final Map<JsonNode, Schema> compiled = new ConcurrentHashMap<>();

  /// `components` are those of the document.
  Schemas(JsonNode components) {
    var all = JsonNodeFactory.instance.objectNode().put("$id", ID);
    all.set("$defs", strict(components.path("schemas")));
    registry =
        SchemaRegistry.withDefaultDialect(
            SpecificationVersion.DRAFT_2020_12,
            builder -> builder.schemas(Map.of(ID, all.toString())));
  }

  /// What is wrong about a value; empty if nothing is.
  List<String> violations(JsonNode schema, JsonNode value) {
    return compiled.computeIfAbsent(schema, this::compile).validate(value).stream()
        .map(Object::toString)
        .toList();
  }

  /// Likewise, by the schema of this name.
  List<String> violations(String name, JsonNode value) {
    return violations(JsonNodeFactory.instance.objectNode().put("$ref", IN_DOCUMENT + name), value);
  }

  private Schema compile(JsonNode schema) {
    return registry.getSchema(SchemaLocation.of(ID + "/" + compiled.size()), strict(schema));
  }

  private static JsonNode strict(JsonNode schema) {
    var copy = schema.deepCopy();
    tighten(copy);
    return copy;
  }

  private static void tighten(JsonNode schema) {
    if (schema instanceof ObjectNode object) {
      if (object.path("type").asString("").equals("object")
          && object.has("properties")
          && !object.has("additionalProperties")) {
        object.put("additionalProperties", false);
      }
      object.remove("discriminator"); // For those who make clients; it decides nothing.
      var reference = object.path("$ref").asString("");
      if (reference.startsWith(IN_DOCUMENT)) {
        object.put("$ref", HERE + reference.substring(IN_DOCUMENT.length()));
      }
    }
    schema.forEach(Schemas::tighten);
  }
}
