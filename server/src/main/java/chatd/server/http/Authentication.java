package chatd.server.http;

import io.javalin.http.Context;
import io.javalin.http.Handler;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Finds out who makes a request. Stands before all routes below `/api`, those that do not exist
/// included.
final class Authentication implements Handler {
  private static final String COOKIE = "coder_session_token";
  private static final String QUERY = "coder_session_token";
  private static final String BEARER = "bearer ";

  private final Sessions sessions;
  private final OwnOrigin ownOrigin;
  private final Set<String> forAnyone;

  /// `forAnyone` are the paths that need no token.
  Authentication(Sessions sessions, OwnOrigin ownOrigin, Set<String> forAnyone) {
    this.sessions = sessions;
    this.ownOrigin = ownOrigin;
    this.forAnyone = forAnyone;
  }

  @Override
  public void handle(Context context) {
    if (forAnyone.contains(context.path().replaceFirst("/$", ""))) {
      return;
    }
    var token = Token.of(context);
    var session = token == null ? null : sessions.find(token.value()).orElse(null);
    if (token == null || session == null) {
      throw ApiError.NOT_SIGNED_IN.asException();
    }
    if (token.isCookie() && !ownOrigin.admits(context)) {
      throw ErrorAnswer.of(ApiError.FORBIDDEN, "Origin is not allowed.").asException();
    }
    new Caller(session).noteOn(context);
  }

  /// The token that a request carries. Cookies need more care: browsers send them unasked.
  private record Token(String value, boolean isCookie) {

    /// The first that is there counts, whatever it is worth.
    static @Nullable Token of(Context context) {
      var bearer = bearer(context.header("Authorization"));
      if (bearer != null) {
        return new Token(bearer, false);
      }
      var header = context.header("Coder-Session-Token");
      if (header != null) {
        return new Token(header, false);
      }
      var cookie = context.cookie(COOKIE);
      if (cookie != null) {
        return new Token(cookie, true);
      }
      // In a URL it is seen by many, so only who cannot set a header may put it there.
      var query = StreamRequest.isUpgrade(context) ? QueryParameters.of(context).text(QUERY) : null;
      return query == null ? null : new Token(query, false);
    }

    private static @Nullable String bearer(@Nullable String authorization) {
      return authorization != null
              && authorization.regionMatches(true, 0, BEARER, 0, BEARER.length())
          ? authorization.substring(BEARER.length()).strip()
          : null;
    }
  }
}
