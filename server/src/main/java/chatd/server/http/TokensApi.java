package chatd.server.http;

import chatd.core.message.UserId;
import chatd.engine.port.Accounts;
import chatd.engine.port.Accounts.NewToken;
import chatd.server.wire.AccountsCodec;
import chatd.server.wire.RequestFields;
import chatd.server.wire.UuidText;
import io.javalin.http.Context;
import io.javalin.http.HandlerType;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Base64;

/// The tokens that people make to sign in with; administrators make them for others, too.
final class TokensApi {
  private static final String PATH = "/api/v2/users/{user}/keys/tokens";
  private static final int NAME_MAX = 200;
  private static final long LIFETIME_MAX = Duration.ofDays(365).toSeconds();
  private static final Duration LIFETIME_DEFAULT = Duration.ofDays(90);

  /// Of one person. Enough for any use, and few enough to be listed at once.
  private static final int TOKENS_MAX = 1_000;

  private static final int RANDOM_BYTES = 32;

  private final Accounts accounts;
  private final Sessions sessions;
  private final SecureRandom random = new SecureRandom();

  TokensApi(Accounts accounts, Sessions sessions) {
    this.accounts = accounts;
    this.sessions = sessions;
  }

  void addTo(UserRoutes routes) {
    routes.add(HandlerType.GET, PATH, this::list);
    routes.add(HandlerType.POST, PATH, this::create);
    routes.add(HandlerType.DELETE, PATH + "/{token}", this::delete);
  }

  private void list(Context context, Caller caller) {
    var tokens = accounts.tokens(subject(context, caller));
    Answers.json(context, 200, AccountsCodec.tokens(tokens));
  }

  private void create(Context context, Caller caller) {
    var user = subject(context, caller);
    var wanted = Wanted.read(RequestBody.fields(RequestBody.read(context, RequestBody.LIMIT)));
    var key = newKey();
    var hash = Sha256.of(key.getBytes(StandardCharsets.US_ASCII));
    var token =
        accounts
            .issue(user, hash, new NewToken(wanted.name(), wanted.lifetime()), TOKENS_MAX)
            .orElseThrow(() ->
                ErrorAnswer.of(
                        ApiError.FORBIDDEN,
                        "A user can have at most %d tokens.".formatted(TOKENS_MAX))
                    .asException());
    Answers.json(context, 201, AccountsCodec.newToken(token, key));
  }

  private void delete(Context context, Caller caller) {
    var token = PathIds.uuid(context, "token", ApiError.TOKEN_ID_INVALID);
    if (!accounts.revoke(subject(context, caller), token)) {
      throw ApiError.NOT_FOUND.asException();
    }
    sessions.forget(token);
    Answers.empty(context);
  }

  /// Whose tokens the path is about.
  private UserId subject(Context context, Caller caller) {
    var name = context.pathParam("user");
    if (name.equals(UsersApi.ME)) {
      return caller.user();
    }
    if (!caller.isAdministrator()) {
      throw ApiError.FORBIDDEN.asException();
    }
    var id = UuidText.parse(name);
    if (id.isEmpty() && !UsersApi.USERNAME.matcher(name).matches()) {
      throw ApiError.NOT_FOUND.asException();
    }
    return id.map(known -> accounts.find(new UserId(known)))
        .orElseGet(() -> accounts.find(name))
        .orElseThrow(ApiError.NOT_FOUND::asException)
        .id();
  }

  private record Wanted(String name, Duration lifetime) {

    static Wanted read(RequestFields fields) {
      fields.require("name");
      var name = fields.text("name");
      var seconds = fields.integer("lifetime_seconds", 1, LIFETIME_MAX);
      if (name != null
          && (Whitespace.isAll(name) || name.codePointCount(0, name.length()) > NAME_MAX)) {
        fields.refuse("name", "must have 1 to 200 characters");
      }
      RequestBody.requireTypes(fields);
      return new Wanted(
          String.valueOf(name), seconds == null ? LIFETIME_DEFAULT : Duration.ofSeconds(seconds));
    }
  }

  private String newKey() {
    var bytes = new byte[RANDOM_BYTES];
    random.nextBytes(bytes);
    return "chatd_" + Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }
}
