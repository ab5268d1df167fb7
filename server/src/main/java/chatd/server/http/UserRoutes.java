package chatd.server.http;

import chatd.core.message.ChatId;
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

  /// Carries a command out on a chat that may be out of the user's reach: the command finds out.
  @FunctionalInterface
  interface CommandRoute {
    void answer(Context context, Caller caller, Target chat);
  }

  /// Carries a command out on one thing in such a chat.
  @FunctionalInterface
  interface ItemCommandRoute {
    void answer(Context context, Caller caller, Target chat, long item);
  }

  /// The chat that a command is for.
  ///
  /// @param requireAccess leaves the route if there is no such chat for the user
  record Target(ChatId id, Runnable requireAccess) {}

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

  /// A route on each mount that gives one chat a command; `path` is what follows its id.
  void addCommand(HandlerType method, String path, CommandRoute route) {
    addToChats(
        method,
        "/{chat}" + path,
        (context, caller) -> {
          var chat = target(context, caller);
          withAccess(chat, () -> route.answer(context, caller, chat));
        });
  }

  /// Likewise, for something in the chat whose id the path names, too; `item` reads it.
  void addCommand(
      HandlerType method, String path, ToLongFunction<Context> item, ItemCommandRoute route) {
    addToChats(
        method,
        "/{chat}" + path,
        (context, caller) -> {
          var chat = target(context, caller);
          var id = item.applyAsLong(context); // Before the chat is looked for.
          withAccess(chat, () -> route.answer(context, caller, chat, id));
        });
  }

  private Target target(Context context, Caller caller) {
    return new Target(PathIds.chat(context), () -> accessible(context, caller));
  }

  /// The command itself checks whose the chat is, under the lock of its row, so looking before
  /// would cost each one a statement for nothing. Only what is refused for another reason is
  /// checked: that a chat is out of reach comes before everything that is wrong with the request.
  private static void withAccess(Target chat, Runnable command) {
    try {
      command.run();
    } catch (RefusedException refused) {
      chat.requireAccess().run();
      throw refused;
    }
  }

  /// The chat that the path names. A foreign chat looks like none.
  Chat accessible(Context context, Caller caller) {
    return chats
        .find(PathIds.chat(context))
        .filter(chat -> chat.row().identity().user().equals(caller.user()))
        .orElseThrow(ApiError.NOT_FOUND::asException);
  }
}
