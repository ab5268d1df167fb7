package chatd.server.http;

import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.PreEncodedHttpField;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;

/// An answer whose type, if it is JSON, goes out as it is written here. Servlets put a spelling of
/// their own in its place, without the space.
final class ExactContentType extends Response.Wrapper {
  private static final String SERVLETS_JSON = "application/json;charset=utf-8";
  private static final HttpField JSON =
      new PreEncodedHttpField(HttpHeader.CONTENT_TYPE, ErrorAnswer.JSON);

  private final HttpFields.Mutable headers;

  ExactContentType(Request request, Response answer) {
    super(request, answer);
    this.headers =
        new HttpFields.Mutable.Wrapper(answer.getHeaders()) {
          @Override
          public HttpField onAddField(HttpField field) {
            return exact(field);
          }

          @Override
          public HttpField onReplaceField(HttpField old, HttpField field) {
            return exact(field);
          }
        };
  }

  private static HttpField exact(HttpField field) {
    return field.getHeader() == HttpHeader.CONTENT_TYPE && SERVLETS_JSON.equals(field.getValue())
        ? JSON
        : field;
  }

  @Override
  public HttpFields.Mutable getHeaders() {
    return headers;
  }
}
