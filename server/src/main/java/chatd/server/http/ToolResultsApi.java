package chatd.server.http;

import chatd.core.chat.ChatCommand;
import chatd.core.message.ContentPart.ToolResult;
import chatd.core.message.RawJson;
import chatd.core.message.ToolOrigin;
import chatd.server.http.UserRoutes.Target;
import chatd.server.wire.RequestFields;
import io.javalin.http.Context;
import io.javalin.http.HandlerType;
import java.util.List;

/// What the tools that a client runs have come to.
final class ToolResultsApi {
  /// Results may be longer than anything else that is sent.
  static final int BODY_LIMIT = 1 << 20;

  private static final RawJson NOTHING = new RawJson("null");

  private final UserCommands commands;

  ToolResultsApi(UserCommands commands) {
    this.commands = commands;
  }

  void addTo(UserRoutes routes) {
    routes.addCommand(HandlerType.POST, "/tool-results", this::give);
  }

  private void give(Context context, Caller caller, Target chat) {
    var results = results(RequestBody.fields(RequestBody.read(context, BODY_LIMIT)));
    commands.apply(chat.id(), new ChatCommand.GiveToolResults(caller.user(), results));
    Answers.empty(context);
  }

  private static List<ToolResult> results(RequestFields fields) {
    var objects = fields.objects("results");
    var results =
        objects == null
            ? List.<ToolResult>of()
            : objects.stream().map(ToolResultsApi::result).toList();
    RequestBody.requireTypes(fields);
    if (results.isEmpty()) {
      throw ApiError.TOOL_RESULTS_REQUIRED.asException();
    }
    return results;
  }

  /// Only the call itself knows the name of its tool.
  private static ToolResult result(RequestFields fields) {
    var id = fields.requiredText("tool_call_id");
    var output = fields.json("output");
    var isError = fields.flag("is_error");
    return new ToolResult(
        id,
        "",
        output == null ? NOTHING : output,
        Boolean.TRUE.equals(isError),
        ToolOrigin.NONE,
        null);
  }
}
