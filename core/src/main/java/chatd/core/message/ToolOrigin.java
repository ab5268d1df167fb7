package chatd.core.message;

import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// Who offers a tool: an MCP server, the provider itself (it runs the call inside its own answer),
/// or, when neither is set, chatd or the client.
public record ToolOrigin(@Nullable UUID mcpServerConfigId, boolean providerExecuted) {
  public static final ToolOrigin NONE = new ToolOrigin(null, false);
}
