package chatd.core.message;

/// A tool as it is described to a model. `description` may be empty; `inputSchema` is a JSON
/// Schema.
public record ToolSpec(String name, String description, RawJson inputSchema) {
  /// The schema of a tool that takes no arguments, or any.
  public static final RawJson ANY_INPUT = new RawJson("{\"type\":\"object\",\"properties\":{}}");
}
