package chatd.server.http;

import static chatd.server.http.NotServedYet.Who.READER_OF_CHAT;
import static chatd.server.http.NotServedYet.Who.USER;
import static io.javalin.http.HandlerType.GET;
import static io.javalin.http.HandlerType.POST;

import io.javalin.http.Context;
import io.javalin.http.HandlerType;
import java.util.List;

/// The routes of the interface that this version does not serve. Whoever may use one is told so,
/// after the same checks as everywhere and before a body is read.
final class NotServedYet {

  /// Who may use a route.
  enum Who {
    USER,
    READER_OF_CHAT
  }

  record Route(Who who, HandlerType method, String path) {}

  /// Below each mount of the chats.
  static final List<Route> CHAT_ROUTES =
      List.of(
          new Route(USER, POST, "/files"),
          new Route(USER, GET, "/files/{file}"),
          new Route(READER_OF_CHAT, POST, "/{chat}/compact"));

  private NotServedYet() {}

  static void addTo(UserRoutes routes) {
    for (var mount : UserRoutes.MOUNTS) {
      CHAT_ROUTES.forEach(route -> add(routes, route, mount + route.path()));
    }
  }

  private static void add(UserRoutes routes, Route route, String path) {
    routes.add(
        route.method(),
        path,
        (context, caller) -> {
          checkIds(context);
          if (route.who() == READER_OF_CHAT) {
            routes.accessible(context, caller);
          }
          throw ApiError.NOT_SERVED_YET.asException();
        });
  }

  private static void checkIds(Context context) {
    for (var name : context.pathParamMap().keySet()) {
      switch (name) {
        case "chat" -> PathIds.chat(context);
        case "file" -> PathIds.uuid(context, name, ApiError.FILE_ID_INVALID);
        default -> {} // Names, which have no form.
      }
    }
  }
}
