package chatd.server.http;

import chatd.core.chat.ChatCommand;
import chatd.engine.port.Chat;
import chatd.engine.port.ChatLists;
import chatd.server.http.UserRoutes.Target;
import chatd.server.wire.ChatCodec;
import chatd.server.wire.MessageAnswers;
import io.javalin.http.Context;
import io.javalin.http.HandlerType;

/// The history of a chat as a whole: what its user asked, and an end to all of it.
final class HistoryApi {
  private static final int PROMPTS_MAX = 2_000;
  private static final int PROMPTS_DEFAULT = 500;
  private static final long PROMPT_BYTES_MAX = 16L << 20;

  private final ChatLists lists;
  private final UserCommands commands;
  private final ChatCodec codec;

  HistoryApi(ChatLists lists, UserCommands commands, ChatCodec codec) {
    this.lists = lists;
    this.commands = commands;
    this.codec = codec;
  }

  void addTo(UserRoutes routes) {
    routes.addToChat(HandlerType.GET, "/prompts", this::prompts);
    routes.addCommand(HandlerType.POST, "/clear", this::clear);
  }

  private void prompts(Context context, Caller caller, Chat chat) {
    var limit =
        QueryParameters.of(context)
            .integer(
                "limit", 1, PROMPTS_MAX, QueryParameters.invalid("limit", "must be 1 to 2000"));
    var prompts =
        lists.prompts(
            chat.row().id(), limit == null ? PROMPTS_DEFAULT : limit.intValue(), PROMPT_BYTES_MAX);
    Answers.json(context, 200, MessageAnswers.prompts(prompts));
  }

  private void clear(Context context, Caller caller, Target chat) {
    var applied = commands.apply(chat.id(), new ChatCommand.Clear(caller.user()));
    Answers.json(context, 200, codec.encode(applied.chat()));
  }
}
