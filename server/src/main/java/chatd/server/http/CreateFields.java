package chatd.server.http;

import chatd.core.chat.ChatCommand;
import chatd.core.chat.ChatRow;
import chatd.core.chat.ModelChoice;
import chatd.core.message.ChatId;
import chatd.core.message.ContentPart;
import chatd.core.message.MessageBody;
import chatd.core.message.Role;
import chatd.core.message.UserId;
import chatd.core.turn.TitleWish;
import chatd.engine.port.Chat;
import chatd.engine.port.ModelCatalog;
import chatd.engine.port.ModelConfig;
import chatd.server.wire.RequestFields;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// What a new chat is made from. What is null was not given.
record CreateFields(
    MessageFields message,
    @Nullable UUID organization,
    @Nullable String systemPrompt,
    @Nullable Map<String, String> labels,
    DynamicTools tools,
    @Nullable String clientType) {
  private static final int SYSTEM_PROMPT_MAX = 10_000;

  static CreateFields read(RequestFields fields) {
    var read =
        new CreateFields(
            MessageFields.read(fields),
            fields.id("organization_id"),
            fields.text("system_prompt"),
            fields.textMap("labels"),
            DynamicTools.read(fields),
            fields.text("client_type"));
    RequestBody.requireTypes(fields);
    return read;
  }

  /// Refuses what breaks a rule.
  void check(ModelCatalog models, UUID ownOrganization) {
    if (organization != null && !organization.equals(ownOrganization)) {
      throw ApiError.NOT_IN_ORGANIZATION.asException();
    }
    message.check(models);
    if (systemPrompt != null
        && systemPrompt.codePointCount(0, systemPrompt.length()) > SYSTEM_PROMPT_MAX) {
      throw ApiError.SYSTEM_PROMPT_TOO_LONG.asException();
    }
    if (labels != null) {
      Labels.check(labels);
    }
    if (clientType != null && !clientType.equals("ui") && !clientType.equals("api")) {
      throw ApiError.CLIENT_TYPE_INVALID.asException();
    }
    tools.check();
  }

  /// The command that makes chat `id`, once the fields have been checked.
  ChatCommand.Create command(ChatId id, UserId user, ModelCatalog models) {
    var model = message.modelConfigId();
    if (model == null) {
      model =
          models
              .preferred()
              .map(ModelConfig::id)
              .orElseThrow(ApiError.NO_DEFAULT_MODEL::asException);
    }
    return new ChatCommand.Create(
        new ChatRow.Identity(id, user, null, id),
        new ModelChoice(model, message.reasoningEffort(), List.of()),
        systemRows(),
        MessageBody.user(message.input().parts(), user, model),
        tools.specs());
  }

  private List<MessageBody> systemRows() {
    if (systemPrompt == null || systemPrompt.isBlank()) {
      return List.of();
    }
    var content = List.<ContentPart>of(new ContentPart.Text(systemPrompt));
    return List.of(new MessageBody(Role.SYSTEM, content, null, null, null));
  }

  Chat.Description description() {
    return new Chat.Description(
        TitleWish.provisional(message.input().parts()),
        false,
        labels == null ? Map.of() : labels,
        "ui".equals(clientType) ? Chat.ClientType.UI : Chat.ClientType.API);
  }
}
