package chatd.server.http;

import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.function.Supplier;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.PreEncodedHttpField;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.slf4j.MDC;

/// Stands before everything else: names the request, in the logs too, counts it, and puts on each
/// answer the headers that every answer has.
///
/// It also sees to the method: the router must not take one that HTTP does not know for a name of
/// its own, nor believe a header that says another one. And what a WebSocket could be beyond plain
/// is not even read: none of it is offered here, and a mistake in it is no reason to fail.
final class AnswerHeaders extends Handler.Wrapper {

  private static final String REPLICA = "X-Chat-Replica-Id";
  private static final List<String> UNHEARD =
      List.of("X-HTTP-Method-Override", "Sec-WebSocket-Extensions", "Sec-WebSocket-Protocol");
  private static final Set<String> METHODS =
      Set.of("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS");

  /// An answer that somebody shows as a page loads nothing, stands in no frame of another page, and
  /// tells nobody where its reader came from. It may speak with this server, so that the interface
  /// can be tried in a browser's console. Pages of other origins get at none but by CORS.
  private static final List<HttpField> ALWAYS =
      List.of(
          new PreEncodedHttpField(HttpHeader.CACHE_CONTROL, "no-store"),
          new PreEncodedHttpField("X-Content-Type-Options", "nosniff"),
          new PreEncodedHttpField(
              "Content-Security-Policy",
              "default-src 'none'; connect-src 'self'; frame-ancestors 'none'"),
          new PreEncodedHttpField("Cross-Origin-Resource-Policy", "same-origin"),
          new PreEncodedHttpField("Referrer-Policy", "no-referrer"));

  private final Supplier<UUID> replica;
  private final CrossOrigin crossOrigin;
  private final CountedRequests counted;

  /// `replica` is asked for each answer: a replica that was declared dead gets a new id.
  AnswerHeaders(
      Supplier<UUID> replica, CrossOrigin crossOrigin, RequestFigures figures, Handler inner) {
    super(inner);
    this.replica = replica;
    this.crossOrigin = crossOrigin;
    this.counted = new CountedRequests(figures, METHODS);
  }

  /// Puts the headers on an answer that did not pass through here.
  void putOn(Request request, Response response) {
    counted.count(request);
    response.getHeaders().put(REPLICA, replica.get().toString());
    response.getHeaders().put(RequestId.HEADER, RequestId.of(request));
    // Answers are for the one who asked, and never anything else than they say.
    ALWAYS.forEach(response.getHeaders()::put);
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
      var asked = withoutUnheard(request);
      return super.handle(asked, new ExactContentType(asked, response), callback);
    }
  }

  private static Request withoutUnheard(Request request) {
    if (UNHEARD.stream().noneMatch(request.getHeaders()::contains)) {
      return request;
    }
    var heard = HttpFields.build(request.getHeaders());
    UNHEARD.forEach(heard::remove);
    var headers = heard.asImmutable();
    return new Request.Wrapper(request) {
      @Override
      public HttpFields getHeaders() {
        return headers;
      }
    };
  }
}
