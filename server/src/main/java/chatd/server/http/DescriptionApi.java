package chatd.server.http;

import chatd.core.chat.ChatCommand;
import chatd.core.message.UserId;
import chatd.engine.port.DescribeChat;
import chatd.server.http.UserRoutes.Target;
import chatd.server.wire.RequestFields;
import io.javalin.http.Context;
import io.javalin.http.HandlerType;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// What people write on a chat, and where they keep it.
final class DescriptionApi {
  private static final int TITLE_MAX = 200;

  private final UserCommands commands;

  DescriptionApi(UserCommands commands) {
    this.commands = commands;
  }

  void addTo(UserRoutes routes) {
    routes.addCommand(HandlerType.PATCH, "", this::change);
  }

  /// What a request wants to change. What is null stays.
  private record Wanted(
      @Nullable String title,
      @Nullable Boolean archived,
      @Nullable Long pinOrder,
      @Nullable Map<String, String> labels) {

    static Wanted read(RequestFields fields) {
      var title = fields.text("title");
      var wanted =
          new Wanted(
              title == null ? null : Whitespace.trimmed(title),
              fields.flag("archived"),
              fields.integer("pin_order", Long.MIN_VALUE, Long.MAX_VALUE),
              fields.textMap("labels"));
      RequestBody.requireTypes(fields);
      return wanted;
    }

    void check() {
      if (title != null && title.isEmpty()) {
        throw ApiError.TITLE_EMPTY.asException();
      }
      if (title != null && title.codePointCount(0, title.length()) > TITLE_MAX) {
        throw ApiError.TITLE_TOO_LONG.asException();
      }
      if (pinOrder != null && pinOrder < 0) {
        throw ApiError.PIN_ORDER_NEGATIVE.asException();
      }
      if (labels != null) {
        Labels.check(labels);
      }
    }

    /// The words to change, if any.
    Optional<DescribeChat> description(UserId user) {
      var place = pinOrder == null ? null : (Integer) (int) Math.min(pinOrder, Integer.MAX_VALUE);
      return title == null && labels == null && place == null
          ? Optional.empty()
          : Optional.of(new DescribeChat(user, title, labels, place));
    }

    Optional<ChatCommand.ByUser> command(UserId user) {
      return Optional.ofNullable(archived)
          .map(yes -> yes ? new ChatCommand.Archive(user) : new ChatCommand.Unarchive(user));
    }
  }

  private void change(Context context, Caller caller, Target chat) {
    var body = RequestBody.read(context, RequestBody.LIMIT);
    var wanted = Wanted.read(RequestBody.fields(body));
    wanted.check();
    var description = wanted.description(caller.user());
    var command = wanted.command(caller.user());
    if (description.isPresent() && command.isPresent()) {
      commands.describe(chat.id(), description.get(), command.get());
    } else if (description.isPresent()) {
      commands.describe(chat.id(), description.get());
    } else if (command.isPresent()) {
      commands.apply(chat.id(), command.get());
    } else {
      chat.requireAccess().run();
    }
    Answers.empty(context);
  }
}
