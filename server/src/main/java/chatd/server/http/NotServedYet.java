package chatd.server.http;

import static chatd.server.http.NotServedYet.Who.ADMINISTRATOR;
import static chatd.server.http.NotServedYet.Who.ANYONE;
import static chatd.server.http.NotServedYet.Who.READER_OF_CHAT;
import static chatd.server.http.NotServedYet.Who.USER;
import static io.javalin.http.HandlerType.DELETE;
import static io.javalin.http.HandlerType.GET;
import static io.javalin.http.HandlerType.PATCH;
import static io.javalin.http.HandlerType.POST;

import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import io.javalin.http.HandlerType;
import java.util.List;

/// The routes of the interface that this version does not serve. Whoever may use one is told so,
/// after the same checks as everywhere and before a body is read.
final class NotServedYet {

  /// Who may use a route.
  enum Who {
    ANYONE,
    USER,
    ADMINISTRATOR,
    READER_OF_CHAT
  }

  record Route(Who who, HandlerType method, String path) {}

  /// Below each mount of the chats.
  static final List<Route> CHAT_ROUTES =
      List.of(
          new Route(USER, GET, "/watch"),
          new Route(USER, GET, "/models"),
          new Route(USER, POST, "/files"),
          new Route(USER, GET, "/files/{file}"),
          new Route(ADMINISTRATOR, GET, "/providers"),
          new Route(ADMINISTRATOR, POST, "/providers"),
          new Route(ADMINISTRATOR, PATCH, "/providers/{provider}"),
          new Route(ADMINISTRATOR, DELETE, "/providers/{provider}"),
          new Route(ADMINISTRATOR, GET, "/model-configs"),
          new Route(ADMINISTRATOR, POST, "/model-configs"),
          new Route(ADMINISTRATOR, PATCH, "/model-configs/{config}"),
          new Route(ADMINISTRATOR, DELETE, "/model-configs/{config}"),
          new Route(READER_OF_CHAT, POST, "/{chat}/tool-results"),
          new Route(READER_OF_CHAT, POST, "/{chat}/compact"),
          new Route(READER_OF_CHAT, POST, "/{chat}/clear"),
          new Route(READER_OF_CHAT, POST, "/{chat}/title/regenerate"),
          new Route(READER_OF_CHAT, POST, "/{chat}/title/propose"),
          new Route(READER_OF_CHAT, GET, "/{chat}/prompts"),
          new Route(READER_OF_CHAT, GET, "/{chat}/cost"));

  static final List<Route> OTHER_ROUTES =
      List.of(
          new Route(ADMINISTRATOR, GET, "/api/v2/users"),
          new Route(ADMINISTRATOR, POST, "/api/v2/users"),
          new Route(USER, GET, "/api/v2/users/{user}/keys/tokens"),
          new Route(USER, POST, "/api/v2/users/{user}/keys/tokens"),
          new Route(USER, DELETE, "/api/v2/users/{user}/keys/tokens/{token}"),
          new Route(USER, GET, "/api/v2/organizations"),
          new Route(USER, GET, "/api/v2/organizations/{organization}"),
          new Route(ANYONE, GET, "/api/v2/openapi.yaml"));

  private NotServedYet() {}

  static void addTo(RoutesConfig all, UserRoutes routes) {
    for (var mount : UserRoutes.MOUNTS) {
      CHAT_ROUTES.forEach(route -> add(all, routes, route, mount + route.path()));
    }
    OTHER_ROUTES.forEach(route -> add(all, routes, route, route.path()));
  }

  private static void add(RoutesConfig all, UserRoutes routes, Route route, String path) {
    switch (route.who()) {
      case ANYONE ->
          all.addHttpHandler(
              route.method(),
              path,
              _ -> {
                throw ApiError.NOT_SERVED_YET.asException();
              });
      case USER, ADMINISTRATOR, READER_OF_CHAT ->
          routes.add(
              route.method(),
              path,
              (context, caller) -> {
                checkIds(context);
                checkAccess(routes, route, context, caller);
                throw ApiError.NOT_SERVED_YET.asException();
              });
    }
  }

  private static void checkIds(Context context) {
    for (var name : context.pathParamMap().keySet()) {
      switch (name) {
        case "chat" -> PathIds.chat(context);
        case "file" -> PathIds.uuid(context, name, ApiError.FILE_ID_INVALID);
        case "provider" -> PathIds.uuid(context, name, ApiError.PROVIDER_ID_INVALID);
        case "config" -> PathIds.uuid(context, name, ApiError.MODEL_CONFIG_INVALID);
        case "token" -> PathIds.uuid(context, name, ApiError.TOKEN_ID_INVALID);
        default -> {} // Names, which have no form.
      }
    }
  }

  private static void checkAccess(UserRoutes routes, Route route, Context context, Caller caller) {
    var user = context.pathParamMap().getOrDefault("user", "me");
    var isOthers = route.who() == ADMINISTRATOR || !user.equals("me");
    if (isOthers && !caller.isAdministrator()) {
      throw ApiError.FORBIDDEN.asException();
    }
    if (route.who() == READER_OF_CHAT) {
      routes.accessible(context, caller);
    }
  }
}
