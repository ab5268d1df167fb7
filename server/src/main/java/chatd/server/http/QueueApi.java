package chatd.server.http;

import chatd.core.chat.ChatCommand;
import chatd.core.message.Role;
import chatd.server.http.UserRoutes.Target;
import chatd.server.wire.MessageAnswers;
import chatd.server.wire.MessageCodec;
import io.javalin.http.Context;
import io.javalin.http.HandlerType;

/// Messages that wait for their turn: take one back, or let it be next.
final class QueueApi {
  private final UserCommands commands;

  QueueApi(UserCommands commands) {
    this.commands = commands;
  }

  void addTo(UserRoutes routes) {
    routes.addCommand(HandlerType.DELETE, "/queue/{queued}", PathIds::queuedMessage, this::delete);
    routes.addCommand(
        HandlerType.POST, "/queue/{queued}/promote", PathIds::queuedMessage, this::promote);
  }

  private void delete(Context context, Caller caller, Target chat, long queuedId) {
    commands.apply(chat.id(), new ChatCommand.DeleteQueued(caller.user(), queuedId));
    Answers.empty(context);
  }

  private void promote(Context context, Caller caller, Target chat, long queuedId) {
    var applied = commands.apply(chat.id(), new ChatCommand.Promote(caller.user(), queuedId));
    var isInHistory =
        applied.inserted().stream().anyMatch(message -> message.body().role() == Role.USER);
    if (isInHistory) {
      var message = MessagesApi.userMessage(applied.inserted());
      Answers.json(context, 200, MessageCodec.message(chat.id(), message));
    } else {
      Answers.json(context, 202, MessageAnswers.promotionAccepted());
    }
  }
}
