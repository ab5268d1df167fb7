package chatd.server.http;

import chatd.core.message.UserId;
import chatd.engine.feed.Access;
import chatd.engine.port.Accounts.Session;
import io.javalin.http.Context;
import java.util.Objects;

/// Who makes a request, and with which token.
record Caller(Session session) {
  private static final String ATTRIBUTE = "chatd.caller";

  /// The caller of a request that [Authentication] has let pass.
  static Caller of(Context context) {
    return Objects.requireNonNull(context.<Caller>attribute(ATTRIBUTE), "nobody has signed in");
  }

  void noteOn(Context context) {
    context.attribute(ATTRIBUTE, this);
  }

  UserId user() {
    return session.user().id();
  }

  /// What lets the caller watch.
  Access access() {
    return new Access(user(), session.tokenId(), session.expiresAt());
  }

  boolean isAdministrator() {
    return session.user().administrator();
  }
}
