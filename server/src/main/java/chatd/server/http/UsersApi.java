package chatd.server.http;

import chatd.engine.port.Accounts;
import chatd.engine.port.Accounts.NewUser;
import chatd.server.wire.AccountsCodec;
import chatd.server.wire.DeploymentCodec;
import chatd.server.wire.RequestFields;
import io.javalin.http.Context;
import io.javalin.http.HandlerType;
import java.util.UUID;
import java.util.regex.Pattern;

/// People: administrators list and add them.
final class UsersApi {
  /// Who makes the request, wherever a path names a user.
  static final String ME = "me";

  static final Pattern USERNAME = Pattern.compile("[a-z0-9][a-z0-9-]{0,31}");

  /// Whatever mail servers make of it. Nothing invisible, and no half of a character.
  private static final Pattern EMAIL = Pattern.compile("[^@\\s\\p{Z}\\p{C}]+@[^@\\s\\p{Z}\\p{C}]+");

  private static final int EMAIL_MAX = 254;
  private static final int PAGE_MAX = 200;
  private static final int PAGE_DEFAULT = 50;

  private final Accounts accounts;
  private final UUID organization;

  UsersApi(Accounts accounts, UUID organization) {
    this.accounts = accounts;
    this.organization = organization;
  }

  void addTo(UserRoutes routes) {
    routes.addForAdministrators(HandlerType.GET, "/api/v2/users", (context, _) -> list(context));
    routes.addForAdministrators(HandlerType.POST, "/api/v2/users", (context, _) -> create(context));
  }

  private void list(Context context) {
    var query = QueryParameters.of(context);
    var limit =
        query.integer("limit", 1, PAGE_MAX, QueryParameters.invalid("limit", "must be 1 to 200"));
    var offset =
        query.integer(
            "offset", 0, Long.MAX_VALUE, QueryParameters.invalid("offset", "must not be negative"));
    var people =
        accounts.list(limit == null ? PAGE_DEFAULT : limit.intValue(), offset == null ? 0 : offset);
    Answers.json(context, 200, AccountsCodec.people(people, organization));
  }

  private void create(Context context) {
    var wanted = newUser(RequestBody.fields(RequestBody.read(context, RequestBody.LIMIT)));
    var user = accounts.create(wanted).orElseThrow(ApiError.USER_EXISTS::asException);
    Answers.json(context, 201, DeploymentCodec.user(user, organization));
  }

  private static NewUser newUser(RequestFields fields) {
    fields.require("username");
    fields.require("email");
    var username = fields.text("username");
    var email = fields.text("email");
    var admin = fields.flag("admin");
    if (username != null && !USERNAME.matcher(username).matches()) {
      fields.refuse("username", "must be 1 to 32 of a-z, 0-9 and -, and must not begin with -");
    } else if (ME.equals(username)) {
      fields.refuse("username", "is the name of whoever asks");
    }
    if (email != null && (email.length() > EMAIL_MAX || !EMAIL.matcher(email).matches())) {
      fields.refuse("email", "must be an email address of at most 254 characters");
    }
    RequestBody.requireTypes(fields);
    return new NewUser(String.valueOf(username), String.valueOf(email), Boolean.TRUE.equals(admin));
  }
}
