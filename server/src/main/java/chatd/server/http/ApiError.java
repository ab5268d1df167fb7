package chatd.server.http;

import org.jspecify.annotations.Nullable;

/// Every refusal of the interface: its status and its exact text, each here and nowhere else.
public enum ApiError {
  BODY_NOT_JSON(400, "Request body must be valid JSON."),
  VALIDATION_FAILED(400, "Validation failed."),
  QUERY_INVALID(400, "Query parameters have invalid values."),
  CHAT_ID_INVALID(400, "Invalid chat ID."),
  MESSAGE_ID_INVALID(400, "Invalid chat message ID."),
  QUEUED_MESSAGE_ID_INVALID(400, "Invalid queued message ID."),
  MESSAGE_ID_NOT_POSITIVE(400, "Message ID must be a positive integer."),
  AFTER_ID_INVALID(400, "Invalid after_id parameter."),
  CURSOR_INVALID(400, "Invalid cursor parameter."),
  LAST_EVENT_ID_INVALID(400, "Invalid Last-Event-ID header."),
  IDEMPOTENCY_KEY_INVALID(400, "Invalid Idempotency-Key header."),
  NOT_SIGNED_IN(401, "You are not signed in or your session has expired."),
  FORBIDDEN(403, "Forbidden."),
  NOT_IN_ORGANIZATION(403, "You are not a member of the specified organization."),
  NOT_FOUND(404, "Resource not found or you do not have access to this resource"),
  ROUTE_NOT_FOUND(404, "Route not found."),
  METHOD_NOT_ALLOWED(405, "Method not allowed."),
  IDEMPOTENCY_KEY_REUSED(409, "Idempotency-Key was used with a different request."),
  IDEMPOTENCY_KEY_BUSY(409, "A request with this Idempotency-Key is still in progress."),
  BODY_TOO_LARGE(413, "Request body too large."),
  UPGRADE_REQUIRED(426, "This endpoint needs a WebSocket upgrade or Accept: text/event-stream."),
  TOO_MANY_REQUESTS(429, "Too many requests."),
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

  /// The exact `message` of the body.
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
}
