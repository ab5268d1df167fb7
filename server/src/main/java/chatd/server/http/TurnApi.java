package chatd.server.http;

import chatd.core.chat.ChatCommand;
import chatd.core.chat.ChatStatus;
import chatd.engine.chats.TurnWaiter;
import chatd.engine.port.Chat;
import chatd.engine.port.ChatStore;
import chatd.server.http.UserRoutes.Target;
import chatd.server.wire.ChatCodec;
import io.javalin.http.Context;
import io.javalin.http.HandlerType;
import java.time.Duration;
import java.util.Optional;

/// The turn of a chat: stop it, or try it again.
final class TurnApi {
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private final ChatStore store;
  private final UserCommands commands;
  private final TurnWaiter waiter;
  private final ChatCodec codec;

  TurnApi(ChatStore store, UserCommands commands, TurnWaiter waiter, ChatCodec codec) {
    this.store = store;
    this.commands = commands;
    this.waiter = waiter;
    this.codec = codec;
  }

  void addTo(UserRoutes routes) {
    routes.addCommand(HandlerType.POST, "/interrupt", this::interrupt);
    routes.addCommand(HandlerType.POST, "/retry", this::retry);
  }

  private void interrupt(Context context, Caller caller, Target chat) {
    var wait = QueryParameters.of(context).text("wait");
    if (wait != null && !wait.equals("committed")) {
      throw QueryParameters.invalid("wait", "must be \"committed\"").asException();
    }
    var stopped = commands.apply(chat.id(), new ChatCommand.Interrupt(caller.user())).chat();
    if (wait == null || stopped.row().status() != ChatStatus.INTERRUPTING) {
      Answers.json(context, 200, codec.encode(stopped));
      return;
    }
    var committed = committed(stopped);
    if (committed.isPresent()) {
      Answers.json(context, 200, codec.encode(committed.get()));
    } else {
      var now = store.find(chat.id()).orElseThrow(ApiError.NOT_FOUND::asException);
      Answers.json(context, 202, codec.encode(now));
    }
  }

  /// The chat once the stop is carried out; empty if that takes too long. The end of a stop moves
  /// the history even when there is nothing to write.
  private Optional<Chat> committed(Chat stopped) {
    var history = stopped.row().versions().history();
    try {
      return waiter.await(
          stopped.row().id(), chat -> chat.row().versions().history() > history, PATIENCE);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      throw ApiError.UNAVAILABLE.asException(); // The server stops.
    }
  }

  private void retry(Context context, Caller caller, Target chat) {
    var applied = commands.apply(chat.id(), new ChatCommand.Retry(caller.user()));
    Answers.json(context, 200, codec.encode(applied.chat()));
  }
}
