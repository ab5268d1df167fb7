package chatd.server.http;

import chatd.server.wire.ErrorBody;
import java.nio.ByteBuffer;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;

/// Answers what never reached a route, such as a request that is not HTTP, in the shape of every
/// other error.
final class ErrorPages implements Request.Handler {

  private final AnswerHeaders headers;

  ErrorPages(AnswerHeaders headers) {
    this.headers = headers;
  }

  @Override
  public boolean handle(Request request, Response response, Callback callback) {
    headers.putOn(request, response);
    if (response.getStatus() == HttpStatus.HTTP_VERSION_NOT_SUPPORTED_505) {
      response.setStatus(HttpStatus.BAD_REQUEST_400); // Nothing here failed, as a 5xx would say.
    }
    response.getHeaders().put(HttpHeader.CONTENT_TYPE, ErrorAnswer.JSON);
    var error = error(response.getStatus());
    if (error == null) { // The connection ends then, and the client must not wait for more of it.
      response.getHeaders().put(HttpFields.CONNECTION_CLOSE);
    }
    if (error != null && error.retryAfter() != null) {
      response.getHeaders().put(HttpHeader.RETRY_AFTER, error.retryAfter());
    }
    var message =
        error == null ? HttpStatus.getMessage(response.getStatus()) + "." : error.message();
    var body = Answers.line(ErrorBody.of(message).encode());
    response.write(true, ByteBuffer.wrap(body), callback);
    return true;
  }

  /// What a route would have said, where it would have meant the same.
  private static @Nullable ApiError error(int status) {
    return switch (status) {
      case HttpStatus.NOT_FOUND_404 -> ApiError.ROUTE_NOT_FOUND;
      case HttpStatus.METHOD_NOT_ALLOWED_405 -> ApiError.METHOD_NOT_ALLOWED;
      case HttpStatus.PAYLOAD_TOO_LARGE_413 -> ApiError.BODY_TOO_LARGE;
      case HttpStatus.INTERNAL_SERVER_ERROR_500 -> ApiError.INTERNAL;
      case HttpStatus.SERVICE_UNAVAILABLE_503 -> ApiError.UNAVAILABLE;
      default -> null;
    };
  }
}
