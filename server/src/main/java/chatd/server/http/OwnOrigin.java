package chatd.server.http;

import io.javalin.http.Context;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Collections;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// Tells pages of this server from those of others.
///
/// @param externalUrl where people reach the server, if it is known
record OwnOrigin(@Nullable URI externalUrl) {

  /// Whether the request comes from no page at all, or from one of the server's own.
  boolean admits(Context context) {
    return Collections.list(context.req().getHeaders("Origin")).stream()
        .allMatch(origin -> isOwn(origin, context.header("Host")));
  }

  private boolean isOwn(String text, @Nullable String host) {
    var origin = Origin.of(text);
    if (origin == null) {
      return false;
    }
    if (externalUrl != null && origin.equals(Origin.of(externalUrl.toString()))) {
      return true;
    }
    // A proxy may have taken the encryption off, so the scheme is believed.
    return host != null && origin.equals(Origin.of(origin.scheme() + "://" + host));
  }

  /// What two addresses of one origin have in common. The host is not looked into: some have names
  /// that no URI may have, such as those with an underscore.
  private record Origin(String scheme, String authority) {

    static @Nullable Origin of(String text) {
      try {
        var uri = new URI(text.toLowerCase(Locale.ROOT));
        var scheme = uri.getScheme();
        var authority = uri.getRawAuthority();
        return scheme == null || authority == null
            ? null
            : new Origin(scheme, withoutUsualPort(scheme, authority));
      } catch (URISyntaxException _) {
        return null;
      }
    }

    private static String withoutUsualPort(String scheme, String authority) {
      return switch (scheme) {
        case "http" -> authority.replaceFirst(":80$", "");
        case "https" -> authority.replaceFirst(":443$", "");
        default -> authority;
      };
    }
  }
}
