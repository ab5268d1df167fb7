package chatd.server.http;

import chatd.engine.models.ModelAdministration.Refusal;
import chatd.engine.models.ModelAdministration.Result;
import chatd.server.wire.ErrorBody.Validation;
import io.javalin.http.Context;
import io.javalin.http.HandlerType;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;

/// What the routes for administrators below a mount have in common.
final class Administration {
  private Administration() {}

  /// Answers a request about the thing that the path names.
  @FunctionalInterface
  interface ItemRoute {
    void answer(Context context, UUID id);
  }

  /// A route on each mount for administrators only, about one thing whose id the path names.
  static void add(
      UserRoutes routes, HandlerType method, String path, ApiError invalidId, ItemRoute route) {
    routes.addToChats(
        method,
        path + "/{id}",
        (context, caller) -> {
          var id = PathIds.uuid(context, "id", invalidId);
          require(caller);
          route.answer(context, id);
        });
  }

  /// Likewise, about all of them.
  static void add(UserRoutes routes, HandlerType method, String path, UserRoutes.UserRoute route) {
    routes.addToChats(
        method,
        path,
        (context, caller) -> {
          require(caller);
          route.answer(context, caller);
        });
  }

  /// Leaves the route if the thing that the path names is not there. What is wrong with the request
  /// comes after that.
  static void requireKnown(Stream<UUID> known, UUID id) {
    if (known.noneMatch(id::equals)) {
      throw ApiError.NOT_FOUND.asException();
    }
  }

  private static void require(Caller caller) {
    if (!caller.isAdministrator()) {
      throw ApiError.FORBIDDEN.asException();
    }
  }

  /// What was changed; what was refused leaves the route.
  static <T> T changed(Result<T> result) {
    return switch (result) {
      case Result.Done<T>(var entry) -> entry;
      case Result.Missing<T> _ -> throw ApiError.NOT_FOUND.asException();
      case Result.Refused<T>(var why) -> throw refused(why).asException();
    };
  }

  private static ErrorAnswer refused(Refusal why) {
    return switch (why) {
      case SET_BY_CONFIGURATION -> ApiError.PROVIDER_CONFIGURED.answer();
      case PROVIDER_EXISTS -> ApiError.PROVIDER_EXISTS.answer();
      case PROVIDER_IN_USE ->
          ErrorAnswer.of(ApiError.PROVIDER_IN_USE, "Delete its model configs first.");
      case NO_SUCH_PROVIDER ->
          ErrorAnswer.of(ApiError.PROVIDER_INVALID, "This provider is not configured.");
      case ADDRESS_NOT_ALLOWED ->
          ErrorAnswer.of(
              ApiError.PROVIDER_URL_INVALID,
              "It must be an http or https address without user and fragment, outside of private"
                  + " networks unless --allow-private-providers is set.");
      case ADDRESS_MISSING ->
          ErrorAnswer.of(ApiError.PROVIDER_URL_INVALID, "This provider needs one.");
      case KEY_NEEDED_AGAIN ->
          invalid("api_key", "must be given again, or be empty: base_url leads to another address");
      case NO_ENCRYPTION_KEY ->
          invalid(
              "api_key",
              "cannot be stored: set --encryption-key (CHATD_ENCRYPTION_KEY) on every replica");
      case TOO_MANY_MODELS -> invalid("model", "is one too many: at most 500 are kept");
    };
  }

  private static ErrorAnswer invalid(String field, String why) {
    return ErrorAnswer.of(ApiError.VALIDATION_FAILED, List.of(new Validation(field, why)));
  }
}
