package chatd.server.http;

import java.nio.ByteBuffer;
import java.util.Set;
import org.eclipse.jetty.http.MetaData;
import org.eclipse.jetty.server.HttpStream;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.NanoTime;
import org.jspecify.annotations.Nullable;

/// Counts each request at the moment when its answer begins: a stream goes on for hours after that.
///
/// @param methods what may stand in the figures; any other is `other`
record CountedRequests(RequestFigures figures, Set<String> methods) {
  private static final String ATTRIBUTE = "chatd.counted";
  private static final int SWITCHING_PROTOCOLS = 101;

  /// Counts this request once, however often it is called.
  void count(Request request) {
    if (request.getAttribute(ATTRIBUTE) == null) {
      request.setAttribute(ATTRIBUTE, true);
      request.addHttpStreamWrapper(stream -> new Counting(stream, request));
    }
  }

  private final class Counting extends HttpStream.Wrapper {
    private final Request asked;
    private boolean done;

    Counting(HttpStream stream, Request asked) {
      super(stream);
      this.asked = asked;
    }

    @Override
    public void send(
        MetaData.Request request,
        MetaData.@Nullable Response response,
        boolean last,
        ByteBuffer content,
        Callback callback) {
      if (!done && response != null && isFinal(response.getStatus())) {
        done = true;
        answered(response.getStatus());
      }
      super.send(request, response, last, content, callback);
    }

    private void answered(int status) {
      var method = asked.getMethod();
      figures.answered(
          methods.contains(method) ? method : "other",
          RouteTemplate.of(asked),
          status / 100 + "xx",
          NanoTime.since(asked.getHeadersNanoTime()));
    }

    /// Others only say that the request may go on.
    private static boolean isFinal(int status) {
      return status >= 200 || status == SWITCHING_PROTOCOLS;
    }
  }
}
