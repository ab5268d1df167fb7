package chatd.core.turn;

import chatd.core.message.RawJson;

/// A tool as it is described to a model; `inputSchema` is a JSON Schema.
public record ToolSpec(String name, String description, RawJson inputSchema) {}
