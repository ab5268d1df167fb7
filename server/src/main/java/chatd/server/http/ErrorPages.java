package chatd.server.http;

import chatd.server.wire.ErrorBody;
import java.nio.ByteBuffer;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

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
    response.getHeaders().put(HttpHeader.CONTENT_TYPE, ErrorAnswer.JSON);
    var body = ErrorBody.of(message(response.getStatus())).encode();
    response.write(true, ByteBuffer.wrap(body), callback);
    return true;
  }

  private static String message(int status) {
    for (var error : ApiError.values()) {
      if (error.status() == status && status >= 404) { // The others say more than is known here.
        return error.message();
      }
    }
    return HttpStatus.getMessage(status) + ".";
  }
}
