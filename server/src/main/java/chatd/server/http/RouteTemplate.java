package chatd.server.http;

import io.javalin.http.Context;
import org.eclipse.jetty.server.Request;

/// The route that a request has reached, with the names of its parameters and without their values.
/// Both mounts have the same.
final class RouteTemplate {
  private static final String ATTRIBUTE = "chatd.route";
  private static final String NONE = "none";

  private RouteTemplate() {}

  /// To be called once it is known.
  static void noteOn(Context context) {
    var endpoint = context.endpoints().matchedHttpEndpoint();
    if (endpoint != null) {
      context.attribute(ATTRIBUTE, onFirstMount(endpoint.path));
    }
  }

  private static String onFirstMount(String path) {
    var first = UserRoutes.MOUNTS.getFirst();
    for (var mount : UserRoutes.MOUNTS) {
      if (path.equals(mount) || path.startsWith(mount + "/")) {
        return first + path.substring(mount.length());
      }
    }
    return path;
  }

  /// `none` where a request was answered before it reached one.
  static String of(Context context) {
    var route = context.<String>attribute(ATTRIBUTE);
    return route == null ? NONE : route;
  }

  static String of(Request request) {
    return request.getAttribute(ATTRIBUTE) instanceof String route ? route : NONE;
  }
}
