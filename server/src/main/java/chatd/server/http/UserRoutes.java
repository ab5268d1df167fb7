package chatd.server.http;

import chatd.engine.port.Chat;
import chatd.engine.port.ChatStore;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import io.javalin.http.HandlerType;
import java.util.List;
import java.util.function.ToLongFunction;

/// Adds routes for people who are signed in. Here stands what is checked before each of them, in
/// this order: the limits of the user, the id of the chat in the path, and access to it.
final class UserRoutes {
  /// Where the chat routes are mounted.
  static final List<String> MOUNTS = List.of("/api/v2/chats", "/api/experimental/chats");

  private final RoutesConfig routes;
  private final UserLimits limits;
  private final ChatStore chats;

  /// Answers a request of a user.
  @FunctionalInterface
  interface UserRoute {
    void answer(Context context, Caller caller);
  }

  /// Answers a request about a chat that the user may read and change.
  @FunctionalInterface
  interface ChatRoute {
    void answer(Context context, Caller caller, Chat chat);
  }

  /// Answers a request about one thing in such a chat.
  @FunctionalInterface
  interface ItemRoute {
    void answer(Context context, Caller caller, Chat chat, long item);
  }

  UserRoutes(RoutesConfig routes, UserLimits limits, ChatStore chats) {
    this.routes = routes;
    this.limits = limits;
    this.chats = chats;
  }

  /// One route outside the mounts.
  void add(HandlerType method, String path, UserRoute route) {
    routes.addHttpHandler(
        method,
        path,
        context -> {
          var caller = Caller.of(context);
          try (var _ = limits.enter(caller.user())) {
            route.answer(context, caller);
          }
        });
  }

  /// Likewise, for administrators only.
  void addForAdministrators(HandlerType method, String path, UserRoute route) {
    add(
        method,
        path,
        (context, caller) -> {
          if (!caller.isAdministrator()) {
            throw ApiError.FORBIDDEN.asException();
          }
          route.answer(context, caller);
        });
  }

  /// A route on each mount.
  void addToChats(HandlerType method, String path, UserRoute route) {
    MOUNTS.forEach(mount -> add(method, mount + path, route));
  }

  /// A route on each mount that is about one chat; `path` is what follows its id.
  void addToChat(HandlerType method, String path, ChatRoute route) {
    addToChats(
        method,
        "/{chat}" + path,
        (context, caller) -> route.answer(context, caller, accessible(context, caller)));
  }

  /// Likewise, about something in the chat whose id the path names, too; `item` reads it.
  void addToChat(HandlerType method, String path, ToLongFunction<Context> item, ItemRoute route) {
    addToChats(
        method,
        "/{chat}" + path,
        (context, caller) -> {
          PathIds.chat(context);
          var id = item.applyAsLong(context); // Before the chat is looked for.
          route.answer(context, caller, accessible(context, caller), id);
        });
  }

  /// The chat that the path names. A foreign chat looks like none.
  Chat accessible(Context context, Caller caller) {
    return chats
        .find(PathIds.chat(context))
        .filter(chat -> chat.row().identity().user().equals(caller.user()))
        .orElseThrow(ApiError.NOT_FOUND::asException);
  }
}
