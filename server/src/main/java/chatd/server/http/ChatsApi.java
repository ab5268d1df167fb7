package chatd.server.http;

import chatd.core.chat.ChatCommand;
import chatd.core.message.ChatId;
import chatd.engine.port.Chat;
import chatd.engine.port.ChatLists;
import chatd.engine.port.ChatLists.Family;
import chatd.engine.port.ChatStore;
import chatd.engine.port.ModelCatalog;
import chatd.engine.port.StoredAnswer;
import chatd.server.http.UserRoutes.Target;
import chatd.server.wire.ChatCodec;
import chatd.server.wire.ModelCodec;
import io.javalin.http.Context;
import io.javalin.http.HandlerType;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/// Chats: make, list, read, delete.
final class ChatsApi {
  private static final int PAGE_MAX = 200;
  private static final int PAGE_DEFAULT = 50;

  private final ChatStore store;
  private final ChatLists lists;
  private final UserCommands commands;
  private final ModelCatalog models;
  private final ChatCodec codec;

  ChatsApi(
      ChatStore store,
      ChatLists lists,
      UserCommands commands,
      ModelCatalog models,
      ChatCodec codec) {
    this.store = store;
    this.lists = lists;
    this.commands = commands;
    this.models = models;
    this.codec = codec;
  }

  void addTo(UserRoutes routes) {
    routes.addToChats(HandlerType.POST, "", this::create);
    routes.addToChats(HandlerType.GET, "", this::list);
    routes.addToChat(HandlerType.GET, "", this::read);
    routes.addToChat(HandlerType.GET, "/cost", this::cost);
    routes.addCommand(HandlerType.DELETE, "", this::delete);
  }

  private void create(Context context, Caller caller) {
    RepeatableRequest.read(context, caller, () -> {})
        .answer(
            store,
            (fields, key) -> {
              var wanted = CreateFields.read(fields);
              wanted.check(models, codec.organization());
              var id = new ChatId(UUID.randomUUID());
              var command = wanted.command(id, caller.user(), models);
              return commands.create(command, wanted.description(), key);
            },
            done -> new StoredAnswer(201, codec.encode(done.chat())));
  }

  private void list(Context context, Caller caller) {
    var query = QueryParameters.of(context);
    var limit = query.integer("limit", 1, PAGE_MAX, invalid("limit", "must be 1 to 200"));
    var offset =
        query.integer("offset", 0, Long.MAX_VALUE, invalid("offset", "must not be negative"));
    var after = query.chat("after_id");
    if (after != null && !isReadable(after, caller)) {
      throw invalid("after_id", "is not a chat that you can read").asException();
    }
    var labels = labels(query.texts("label"));
    var filter = SearchQuery.parse(query.text("q"));
    var families =
        labels.map(wanted ->
            lists.list(
                caller.user(),
                new ChatLists.Query(
                    limit == null ? PAGE_DEFAULT : limit.intValue(),
                    offset == null ? 0 : (int) Math.min(offset, Integer.MAX_VALUE),
                    after,
                    wanted,
                    filter)));
    Answers.json(context, 200, codec.encode(families.orElse(List.of())));
  }

  private static ErrorAnswer invalid(String parameter, String why) {
    return QueryParameters.invalid(parameter, why);
  }

  private boolean isReadable(ChatId chat, Caller caller) {
    return store
        .find(chat)
        .filter(found -> found.row().identity().user().equals(caller.user()))
        .isPresent();
  }

  /// The labels that a chat must have; empty if none can, for one had to have two values or a key
  /// that is no key.
  private static Optional<Map<String, String>> labels(List<String> filters) {
    Map<String, String> labels = new HashMap<>();
    for (var filter : filters) {
      var parts = filter.split(":", 2);
      if (parts.length < 2 || parts[0].isEmpty() || parts[1].isEmpty()) {
        throw ErrorAnswer.naming(ApiError.LABEL_FILTER_INVALID, filter).asException();
      }
      var isOther = !labels.merge(parts[0], parts[1], (one, _) -> one).equals(parts[1]);
      if (isOther || !Labels.isKey(parts[0])) {
        return Optional.empty();
      }
    }
    return Optional.of(labels);
  }

  private void read(Context context, Caller caller, Chat chat) {
    var identity = chat.row().identity();
    List<Chat> children = identity.isRoot() ? lists.children(identity.id()) : List.of();
    Answers.json(context, 200, codec.encode(new Family(chat, children)));
  }

  private void cost(Context context, Caller caller, Chat chat) {
    var id = chat.row().id();
    Answers.json(context, 200, ModelCodec.cost(id.value(), lists.cost(id)));
  }

  private void delete(Context context, Caller caller, Target chat) {
    commands.apply(chat.id(), new ChatCommand.Delete(caller.user()));
    Answers.empty(context);
  }
}
