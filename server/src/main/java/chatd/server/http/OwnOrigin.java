package chatd.server.http;

import io.javalin.http.Context;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// Tells pages of this server from those of others.
///
/// @param externalUrl where people reach the server, if it is known
record OwnOrigin(@Nullable URI externalUrl) {

  /// Whether the request comes from no page at all, or from one of the server's own.
  boolean admits(Context context) {
    var text = context.header("Origin");
    if (text == null) {
      return true;
    }
    var origin = parse(text);
    if (origin == null) {
      return false;
    }
    if (externalUrl != null && isSame(origin, externalUrl)) {
      return true;
    }
    // A proxy may have taken the encryption off, so the scheme is believed.
    var host = context.header("Host");
    var own = host == null ? null : parse(origin.getScheme() + "://" + host);
    return own != null && isSame(origin, own);
  }

  private static @Nullable URI parse(String text) {
    try {
      var uri = new URI(text);
      return uri.getHost() == null || uri.getScheme() == null ? null : uri;
    } catch (URISyntaxException _) {
      return null;
    }
  }

  private static boolean isSame(URI left, URI right) {
    return lower(left.getScheme()).equals(lower(right.getScheme()))
        && lower(left.getHost()).equals(lower(right.getHost()))
        && port(left) == port(right);
  }

  private static int port(URI uri) {
    if (uri.getPort() >= 0) {
      return uri.getPort();
    }
    return lower(uri.getScheme()).equals("https") ? 443 : 80;
  }

  private static String lower(String text) {
    return text.toLowerCase(Locale.ROOT);
  }
}
