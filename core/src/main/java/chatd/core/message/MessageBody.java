package chatd.core.message;

import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// What a message says, before it has a place in a history.
///
/// `modelConfigId` is the model that answered (or, on a user message, that was asked for); `usage`
/// stands on the first row of a model step only.
public record MessageBody(
    Role role,
    List<ContentPart> content,
    @Nullable UserId createdBy,
    @Nullable UUID modelConfigId,
    @Nullable Usage usage) {

  public MessageBody {
    content = List.copyOf(content);
  }

  /// A user's message.
  public static MessageBody user(List<ContentPart> content, UserId by, @Nullable UUID model) {
    return new MessageBody(Role.USER, content, by, model, null);
  }

  /// One tool result as a row of its own.
  public static MessageBody tool(ContentPart.ToolResult result) {
    return new MessageBody(Role.TOOL, List.of(result), null, null, null);
  }
}
