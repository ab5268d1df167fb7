package chatd.server.http;

import chatd.core.message.ContentPart;
import chatd.core.message.QueuedMessage;
import chatd.core.message.UserId;
import chatd.engine.port.ModelCatalog;
import chatd.server.wire.ContentCodec;
import chatd.server.wire.RequestFields;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// What every new message brings: its content, and how it wants to be answered. What is null was
/// not chosen.
record MessageFields(
    InputParts input,
    @Nullable UUID modelConfigId,
    @Nullable String reasoningEffort,
    @Nullable List<String> mcpServers) {
  private static final Set<String> EFFORTS =
      Set.of("none", "minimal", "low", "medium", "high", "xhigh", "max");

  static MessageFields read(RequestFields fields) {
    return new MessageFields(
        InputParts.read(fields),
        fields.id("model_config_id"),
        fields.text("reasoning_effort"),
        fields.texts("mcp_server_ids"));
  }

  /// Refuses what breaks a rule; the content if nothing does.
  List<ContentPart> check(ModelCatalog models) {
    var content = input.accepted();
    if (modelConfigId != null && !models.isOffered(modelConfigId)) {
      throw ApiError.MODEL_CONFIG_INVALID.asException();
    }
    if (reasoningEffort != null && !EFFORTS.contains(reasoningEffort)) {
      throw ApiError.REASONING_EFFORT_INVALID.asException();
    }
    if (mcpServers != null && !mcpServers.isEmpty()) { // None is configured.
      throw ErrorAnswer.of(
              ApiError.MCP_SERVERS_INVALID, "Invalid IDs: " + String.join(", ", mcpServers))
          .asException();
    }
    return content;
  }

  /// The servers to use from now on.
  @Nullable List<UUID> mcpServerIds() {
    return mcpServers == null ? null : List.of();
  }

  /// The message of `user`, once it has been checked.
  QueuedMessage.Body body(UserId user) {
    return new QueuedMessage.Body(
        input.parts(),
        user,
        modelConfigId,
        reasoningEffort,
        ContentCodec.visible(input.parts()).length);
  }
}
