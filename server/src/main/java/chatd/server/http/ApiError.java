package chatd.server.http;

import chatd.core.feed.AccessEnd;
import org.jspecify.annotations.Nullable;

/// Every refusal of the interface: its status and its exact text, each here and nowhere else.
public enum ApiError {
  BODY_NOT_JSON(400, "Request body must be valid JSON."),
  VALIDATION_FAILED(400, "Validation failed."),
  QUERY_INVALID(400, "Query parameters have invalid values."),
  LIMIT_INVALID(400, "Invalid limit parameter (1-200)."),
  LABEL_FILTER_INVALID(
      400, "Invalid label filter: \"%s\" (expected format key:value, both must be non-empty)"),
  SEARCH_INVALID(400, "Invalid chat search query."),
  AFTER_ID_INVALID(400, "Invalid after_id parameter."),
  CURSOR_INVALID(400, "Invalid cursor parameter."),
  LAST_EVENT_ID_INVALID(400, "Invalid Last-Event-ID header."),
  IDEMPOTENCY_KEY_INVALID(400, "Invalid Idempotency-Key header."),

  CHAT_ID_INVALID(400, "Invalid chat ID."),
  MESSAGE_ID_INVALID(400, "Invalid chat message ID."),
  QUEUED_MESSAGE_ID_INVALID(400, "Invalid queued message ID."),
  MESSAGE_ID_NOT_POSITIVE(400, "Message ID must be a positive integer."),
  FILE_ID_INVALID(400, "Invalid file ID."),
  PROVIDER_ID_INVALID(400, "Invalid provider ID."),
  TOKEN_ID_INVALID(400, "Invalid token ID."),
  /// In a path and in a body.
  MODEL_CONFIG_INVALID(400, "Invalid model config ID."),

  PROVIDER_INVALID(400, "Invalid provider."),
  API_KEY_TOO_LARGE(400, "API key too large."),
  PROVIDER_URL_INVALID(400, "Invalid provider base URL."),

  CONTENT_REQUIRED(400, "Content is required."),
  INPUT_PART_INVALID(400, "Invalid input part."),
  SYSTEM_PROMPT_TOO_LONG(400, "System prompt exceeds maximum length."),
  NO_DEFAULT_MODEL(400, "No default chat model config is configured."),
  REASONING_EFFORT_INVALID(400, "Invalid reasoning_effort value."),
  MCP_SERVERS_INVALID(400, "One or more MCP server IDs are invalid."),
  LABELS_INVALID(400, "Invalid labels."),
  TOO_MANY_DYNAMIC_TOOLS(400, "Too many dynamic tools."),
  DYNAMIC_TOOL_NAME_EMPTY(400, "Dynamic tool name must not be empty."),
  DYNAMIC_TOOL_NAME_DUPLICATE(400, "Duplicate dynamic tool name."),
  TOOL_RESULTS_REQUIRED(400, "At least one tool result is required."),
  TOOL_RESULTS_INVALID(400, "Invalid tool results."),
  CLIENT_TYPE_INVALID(400, "Invalid client_type value."),
  BUSY_BEHAVIOR_INVALID(400, "Invalid busy_behavior value."),
  TITLE_EMPTY(400, "Title cannot be empty."),
  TITLE_TOO_LONG(400, "Title must be at most 200 characters."),
  PIN_ORDER_NEGATIVE(400, "Pin order must be non-negative."),

  PIN_ARCHIVED(400, "Cannot pin an archived chat."),
  PIN_CHILD(400, "Cannot pin a child chat."),
  ALREADY_ARCHIVED(400, "Chat is already archived."),
  NOT_ARCHIVED(400, "Chat is already not archived."),
  ARCHIVE_CHILD(400, "Chat archive state can only be changed on the root chat."),
  DELETE_CHILD(400, "Only the root chat can be deleted."),
  SEND_ARCHIVED(400, "Cannot send messages to an archived chat."),
  EDIT_ARCHIVED(400, "Cannot edit messages in an archived chat."),
  INTERRUPT_ARCHIVED(400, "Cannot interrupt an archived chat."),
  ARCHIVED(400, "Chat is archived."),
  NOT_A_USER_MESSAGE(400, "Only user messages can be edited."),

  /// Streams that are open end with the same words.
  NOT_SIGNED_IN(401, AccessEnd.SESSION_EXPIRED.message()),
  FORBIDDEN(403, "Forbidden."),
  NOT_IN_ORGANIZATION(403, "You are not a member of the specified organization."),
  NOT_FOUND(404, "Resource not found or you do not have access to this resource"),
  MESSAGE_NOT_FOUND(404, "Chat message not found."),
  QUEUED_MESSAGE_NOT_FOUND(404, "Queued message not found."),
  ROUTE_NOT_FOUND(404, "Route not found."),
  METHOD_NOT_ALLOWED(405, "Method not allowed."),

  IDEMPOTENCY_KEY_REUSED(409, "Idempotency-Key was used with a different request."),
  IDEMPOTENCY_KEY_BUSY(409, "A request with this Idempotency-Key is still in progress."),
  CHAT_BUSY(409, "Chat is busy."),
  ARCHIVE_ACTIVE(
      409, "Cannot archive an active chat. Interrupt or wait for the chat to finish first."),
  DELETE_ACTIVE(409, "Cannot delete an active chat. Interrupt it or wait for it to finish first."),
  PROVIDER_EXISTS(409, "Provider already exists."),
  PROVIDER_IN_USE(409, "Provider is in use."),
  PROVIDER_CONFIGURED(409, "Provider is set by the server configuration."),
  CLEAR_ACTIVE(409, "Cannot clear the chat in its current state."),
  TITLE_IN_PROGRESS(409, "Title regeneration already in progress for this chat."),
  USER_EXISTS(409, "User already exists."),
  NOT_FAILED(409, "Chat is not in a failed state."),
  NOT_WAITING_FOR_TOOLS(409, "Chat is not waiting for tool results."),

  BODY_TOO_LARGE(413, "Request body too large."),
  UPGRADE_REQUIRED(426, "This endpoint needs a WebSocket upgrade or Accept: text/event-stream."),
  TOO_MANY_REQUESTS(429, "Too many requests."),
  QUEUE_FULL(429, "Message queue is full."),
  INTERNAL(500, "An internal server error occurred."),
  NOT_SERVED_YET(501, "This feature is not available yet."),
  UNAVAILABLE(503, "The service is temporarily unavailable.");

  private final int status;
  private final String message;

  ApiError(int status, String message) {
    this.status = status;
    this.message = message;
  }

  /// The HTTP status.
  public int status() {
    return status;
  }

  /// The exact `message` of the body; `%s` stands for what the client sent.
  public String message() {
    return message;
  }

  /// The value of `Retry-After` that goes with it, in seconds, if one does.
  @Nullable String retryAfter() {
    return this == TOO_MANY_REQUESTS || this == UNAVAILABLE ? "1" : null;
  }

  /// This refusal with nothing to add.
  public ErrorAnswer answer() {
    return ErrorAnswer.of(this);
  }

  /// To leave a route with this refusal from deep inside.
  public RefusedException asException() {
    return answer().asException();
  }
}
