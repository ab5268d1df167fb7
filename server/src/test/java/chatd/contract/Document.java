package chatd.contract;

import chatd.server.wire.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.dataformat.yaml.YAMLMapper;

/// The document that describes the interface, as it is served.
public final class Document {
  /// An answer may hold values of the deepest nesting inside of what stands around them.
  static final JsonMapper JSON =
      new JsonMapper(
          Json.FACTORY
              .rebuild()
              .streamReadConstraints(
                  Json.FACTORY.streamReadConstraints().rebuild().maxNestingDepth(1_000).build())
              .build());

  private static final String FILE = "/chatd/server/http/openapi.yaml";
  private static final Set<String> METHODS = Set.of("get", "head", "post", "patch", "delete");

  /// The only one.
  public static final Document SERVED = new Document();

  private final JsonNode root;
  private final Map<String, Operation> operations;
  private final Schemas schemas;

  /// What one method does at one path.
  ///
  /// @param path with the names of its parameters in braces
  public record Operation(String method, String path, JsonNode description) {

    /// Such as `GET /api/v2/chats/{}`: what a route is, whatever its parameters are called.
    public String route() {
      return route(method, path);
    }

    public static String route(String method, String path) {
      return method + " " + path.replaceAll("\\{\\w+}", "{}");
    }

    private boolean isAt(String requested) {
      var wanted = path.split("/", -1);
      var given = requested.split("/", -1);
      if (wanted.length != given.length) {
        return false;
      }
      for (var i = 0; i < wanted.length; i++) {
        var fits = wanted[i].startsWith("{") ? !given[i].isEmpty() : wanted[i].equals(given[i]);
        if (!fits) {
          return false;
        }
      }
      return true;
    }

    private long parameters() {
      return path.chars().filter(c -> c == '{').count();
    }
  }

  private Document() {
    root = read();
    operations = new TreeMap<>();
    root.path("paths").properties().forEach(path -> add(path.getKey(), resolved(path.getValue())));
    schemas = new Schemas(root.path("components"));
  }

  private static JsonNode read() {
    try (var file = Document.class.getResourceAsStream(FILE)) {
      return new YAMLMapper().readTree(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void add(String path, JsonNode item) {
    for (var member : item.properties()) {
      if (METHODS.contains(member.getKey())) {
        var operation =
            new Operation(member.getKey().toUpperCase(Locale.ROOT), path, member.getValue());
        operations.put(operation.route(), operation);
      }
    }
  }

  /// All of it.
  public JsonNode root() {
    return root;
  }

  /// By their routes.
  public Map<String, Operation> operations() {
    return operations;
  }

  /// What is done about a request to this path.
  public Optional<Operation> operation(String method, String path) {
    var bare =
        path.length() > 1 && path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
    return operations.values().stream()
        .filter(operation -> operation.method().equals(method) && operation.isAt(bare))
        .min(Comparator.comparingLong(Operation::parameters));
  }

  /// A named response of the document's components.
  public JsonNode response(String name) {
    return root.path("components").path("responses").path(name);
  }

  /// What a reference leads to; anything else as it is.
  public JsonNode resolved(JsonNode node) {
    var reference = node.path("$ref").asString("");
    if (!reference.startsWith("#/")) {
      return node;
    }
    var found = root.at(reference.substring(1).replace("%7B", "{").replace("%7D", "}"));
    if (found.isMissingNode()) {
      throw new AssertionError("The document has nothing at " + reference);
    }
    return resolved(found);
  }

  /// What is wrong about a value, by a schema of the document.
  List<String> violations(JsonNode schema, JsonNode value) {
    return schemas.violations(schema, value);
  }

  /// Likewise, by the schema of this name.
  List<String> violations(String schema, JsonNode value) {
    return schemas.violations(schema, value);
  }
}
