package chatd.server.http;

import java.util.Set;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;

/// Lets pages of configured other origins use the interface, with tokens and never with cookies.
///
/// @param allowed as browsers write them: `scheme://host[:port]`
record CrossOrigin(Set<String> allowed) {
  private static final String EXPOSED =
      "X-Chat-Replica-Id, X-Request-Id, Idempotency-Replayed, Retry-After";
  private static final String METHODS = "GET, POST, PATCH, DELETE";
  private static final String HEADERS =
      "Authorization, Coder-Session-Token, Content-Type, Content-Disposition, Idempotency-Key,"
          + " Last-Event-ID, X-Request-Id";
  private static final String MAX_AGE_SECONDS = "600";

  CrossOrigin {
    allowed = Set.copyOf(allowed);
  }

  /// Puts on an answer what the page's browser has to know.
  void putOn(Request request, Response response) {
    if (allowed.isEmpty()) {
      return;
    }
    var headers = response.getHeaders();
    headers.put(HttpHeader.VARY, HttpHeader.ORIGIN.asString());
    var origin = request.getHeaders().get(HttpHeader.ORIGIN);
    if (origin != null && allowed.contains(origin)) {
      headers.put(HttpHeader.ACCESS_CONTROL_ALLOW_ORIGIN, origin);
      headers.put(HttpHeader.ACCESS_CONTROL_EXPOSE_HEADERS, EXPOSED);
    }
  }

  /// Whether a browser asks in advance what a page may do.
  static boolean isPreflight(Request request) {
    return request.getMethod().equals("OPTIONS")
        && request.getHeaders().contains(HttpHeader.ORIGIN)
        && request.getHeaders().contains(HttpHeader.ACCESS_CONTROL_REQUEST_METHOD);
  }

  /// Says what a page may do: nothing, unless its origin is allowed.
  void answerPreflight(Request request, Response response) {
    response.setStatus(HttpStatus.NO_CONTENT_204);
    var origin = request.getHeaders().get(HttpHeader.ORIGIN);
    if (allowed.contains(origin)) {
      response.getHeaders().put(HttpHeader.ACCESS_CONTROL_ALLOW_METHODS, METHODS);
      response.getHeaders().put(HttpHeader.ACCESS_CONTROL_ALLOW_HEADERS, HEADERS);
      response.getHeaders().put(HttpHeader.ACCESS_CONTROL_MAX_AGE, MAX_AGE_SECONDS);
    }
  }
}
