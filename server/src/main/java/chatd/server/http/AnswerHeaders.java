package chatd.server.http;

import java.util.Set;
import java.util.UUID;
import java.util.function.Supplier;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.slf4j.MDC;

/// Stands before everything else: names the request, in the logs too, and puts on each answer the
/// headers that every answer has.
///
/// It also sees to the method: the router must not take one that HTTP does not know for a name of
/// its own, nor believe a header that says another one.
final class AnswerHeaders extends Handler.Wrapper {

  private static final String REPLICA = "X-Chat-Replica-Id";
  private static final String OTHER_METHOD = "X-HTTP-Method-Override";
  private static final Set<String> METHODS =
      Set.of("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS");

  private final Supplier<UUID> replica;
  private final CrossOrigin crossOrigin;

  /// `replica` is asked for each answer: a replica that was declared dead gets a new id.
  AnswerHeaders(Supplier<UUID> replica, CrossOrigin crossOrigin, Handler inner) {
    super(inner);
    this.replica = replica;
    this.crossOrigin = crossOrigin;
  }

  /// Puts the headers on an answer that did not pass through here.
  void putOn(Request request, Response response) {
    response.getHeaders().put(REPLICA, replica.get().toString());
    response.getHeaders().put(RequestId.HEADER, RequestId.of(request));
    // Answers are for the one who asked, and never anything else than they say.
    response.getHeaders().put(HttpHeader.CACHE_CONTROL, "no-store");
    response.getHeaders().put("X-Content-Type-Options", "nosniff");
    crossOrigin.putOn(request, response);
  }

  @Override
  public boolean handle(Request request, Response response, Callback callback) throws Exception {
    putOn(request, response);
    if (CrossOrigin.isPreflight(request)) {
      crossOrigin.answerPreflight(request, response);
      callback.succeeded();
      return true;
    }
    if (!METHODS.contains(request.getMethod())) {
      Response.writeError(request, response, callback, ApiError.METHOD_NOT_ALLOWED.status());
      return true;
    }
    try (var _ = MDC.putCloseable("request_id", RequestId.of(request))) {
      var asked = withoutOtherMethod(request);
      return super.handle(asked, new ExactContentType(asked, response), callback);
    }
  }

  private static Request withoutOtherMethod(Request request) {
    if (!request.getHeaders().contains(OTHER_METHOD)) {
      return request;
    }
    var headers = HttpFields.build(request.getHeaders()).remove(OTHER_METHOD).asImmutable();
    return new Request.Wrapper(request) {
      @Override
      public HttpFields getHeaders() {
        return headers;
      }
    };
  }
}
