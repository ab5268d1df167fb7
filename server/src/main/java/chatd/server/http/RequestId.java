package chatd.server.http;

import io.javalin.http.Context;
import java.util.UUID;
import org.eclipse.jetty.server.Request;
import org.jspecify.annotations.Nullable;

/// The name of a request in its answer and in the logs.
public final class RequestId {

  static final String HEADER = "X-Request-Id";

  private static final String ATTRIBUTE = "chatd.request-id";
  private static final int LENGTH_MAX = 128;

  private RequestId() {}

  /// The id of the request that is being answered.
  public static String of(Context context) {
    var id = context.<String>attribute(ATTRIBUTE);
    return id == null ? "unknown" : id;
  }

  /// The id that the request was given before, or the one it carries, or a new one.
  static String of(Request request) {
    if (request.getAttribute(ATTRIBUTE) instanceof String id) {
      return id;
    }
    var carried = request.getHeaders().get(HEADER);
    var id = isUsable(carried) ? carried : UUID.randomUUID().toString();
    request.setAttribute(ATTRIBUTE, id);
    return id;
  }

  private static boolean isUsable(@Nullable String id) {
    return id != null
        && !id.isEmpty()
        && id.length() <= LENGTH_MAX
        && id.chars().allMatch(c -> c > ' ' && c < 0x7F);
  }
}
