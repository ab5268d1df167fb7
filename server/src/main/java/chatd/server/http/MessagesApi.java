package chatd.server.http;

import chatd.core.chat.ChatCommand;
import chatd.core.chat.ChatCommand.WhenBusy;
import chatd.core.message.ChatId;
import chatd.core.message.Message;
import chatd.core.message.Role;
import chatd.engine.port.Chat;
import chatd.engine.port.ChatLists;
import chatd.engine.port.ChatStore;
import chatd.engine.port.ModelCatalog;
import chatd.engine.port.Outcome;
import chatd.engine.port.StoredAnswer;
import chatd.server.http.UserRoutes.Target;
import chatd.server.wire.MessageAnswers;
import chatd.server.wire.RequestFields;
import io.javalin.http.Context;
import io.javalin.http.HandlerType;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The messages of a chat: read them, send one, put another in the place of one.
final class MessagesApi {
  private static final int PAGE_MAX = 200;
  private static final int PAGE_DEFAULT = 50;
  private static final long PAGE_BYTES_MAX = 16L << 20;

  private final ChatStore store;
  private final ChatLists lists;
  private final UserCommands commands;
  private final ModelCatalog models;

  MessagesApi(ChatStore store, ChatLists lists, UserCommands commands, ModelCatalog models) {
    this.store = store;
    this.lists = lists;
    this.commands = commands;
    this.models = models;
  }

  void addTo(UserRoutes routes) {
    routes.addToChat(HandlerType.GET, "/messages", this::page);
    routes.addCommand(HandlerType.POST, "/messages", this::send);
    routes.addCommand(HandlerType.PATCH, "/messages/{message}", PathIds::message, this::edit);
  }

  private void page(Context context, Caller caller, Chat chat) {
    var query = QueryParameters.of(context);
    var limit = query.integer("limit", 1, PAGE_MAX, ApiError.LIMIT_INVALID.answer());
    var before = id(query, "before_id");
    var after = id(query, "after_id");
    if (before != null && after != null && after >= before) {
      throw QueryParameters.invalid("after_id", "must be smaller than before_id").asException();
    }
    var wanted =
        new ChatLists.PageQuery(
            limit == null ? PAGE_DEFAULT : limit.intValue(),
            PAGE_BYTES_MAX,
            after,
            before,
            after != null && before == null);
    var id = chat.row().id();
    Answers.json(context, 200, MessageAnswers.page(id, lists.messages(id, wanted)));
  }

  private static @Nullable Long id(QueryParameters query, String name) {
    var invalid = QueryParameters.invalid(name, "must be 0 to 2^63 - 1");
    return query.integer(name, 0, Long.MAX_VALUE, invalid);
  }

  private void send(Context context, Caller caller, Target chat) {
    var id = chat.id();
    RepeatableRequest.read(context, caller, chat.requireAccess())
        .answer(
            store,
            (fields, key) -> {
              var message = MessageFields.read(fields);
              var busyBehavior = fields.text("busy_behavior");
              RequestBody.requireTypes(fields);
              message.check(models);
              var command =
                  new ChatCommand.Send(
                      caller.user(),
                      message.body(caller.user()),
                      message.mcpServerIds(),
                      whenBusy(busyBehavior));
              return commands.applyOnce(id, command, key);
            },
            done -> new StoredAnswer(200, sent(id, done)));
  }

  private static WhenBusy whenBusy(@Nullable String behavior) {
    return switch (behavior) {
      case null -> WhenBusy.QUEUE;
      case "queue" -> WhenBusy.QUEUE;
      case "interrupt" -> WhenBusy.INTERRUPT;
      case "reject" -> WhenBusy.REJECT;
      default ->
          throw ErrorAnswer.of(
                  ApiError.BUSY_BEHAVIOR_INVALID, "Must be \"queue\", \"interrupt\" or \"reject\".")
              .asException();
    };
  }

  /// If a message was queued, it is the one that was sent, and what was inserted came before it.
  private static byte[] sent(ChatId chat, Outcome.Done done) {
    var queued = done.queued();
    return queued != null
        ? MessageAnswers.queued(chat, queued)
        : MessageAnswers.sent(chat, userMessage(done.inserted()));
  }

  /// The user message among the rows of one commit. It is their last.
  static Message userMessage(List<Message> inserted) {
    return inserted.stream()
        .filter(message -> message.body().role() == Role.USER)
        .reduce((_, last) -> last)
        .orElseThrow(() -> new IllegalStateException("No user message was inserted."));
  }

  private void edit(Context context, Caller caller, Target chat, long messageId) {
    var id = chat.id();
    RepeatableRequest.read(context, caller, chat.requireAccess())
        .answer(
            store,
            (fields, key) -> {
              var message = replacement(fields, id, messageId);
              var command =
                  new ChatCommand.Edit(
                      caller.user(),
                      messageId,
                      message.body(caller.user()),
                      message.mcpServerIds());
              return commands.applyOnce(id, command, key);
            },
            done ->
                new StoredAnswer(
                    200,
                    MessageAnswers.edited(id, userMessage(done.inserted()), done.deletedIds())));
  }

  private MessageFields replacement(RequestFields fields, ChatId chat, long messageId) {
    try {
      var message = MessageFields.read(fields);
      RequestBody.requireTypes(fields);
      message.check(models);
      return message;
    } catch (RefusedException refused) {
      // A message that does not exist comes before what is wrong about its replacement.
      throw exists(chat, messageId) ? refused : ApiError.MESSAGE_NOT_FOUND.asException();
    }
  }

  private boolean exists(ChatId chat, long messageId) {
    var next = messageId == Long.MAX_VALUE ? null : (Long) (messageId + 1);
    var query = new ChatLists.PageQuery(1, PAGE_BYTES_MAX, messageId - 1, next, true);
    return !lists.messages(chat, query).messages().isEmpty();
  }
}
