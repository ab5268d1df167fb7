package chatd.core.chat;

import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// The latest model, effort and MCP servers chosen for a chat. No model: the default is used.
public record ModelChoice(
    @Nullable UUID modelConfigId, @Nullable String reasoningEffort, List<UUID> mcpServerIds) {
  public ModelChoice {
    mcpServerIds = List.copyOf(mcpServerIds);
  }

  /// This choice with what a message brings replacing it; null keeps what is there.
  ModelChoice with(@Nullable UUID model, @Nullable String effort, @Nullable List<UUID> servers) {
    return new ModelChoice(
        model == null ? modelConfigId : model,
        effort == null ? reasoningEffort : effort,
        servers == null ? mcpServerIds : servers);
  }
}
