package chatd.server.http;

import chatd.core.chat.BrokenInvariant;
import chatd.core.chat.ChatCommand;
import chatd.core.chat.CommandKind;
import chatd.core.chat.Refusal;
import chatd.server.wire.ChatCodec;
import chatd.server.wire.ErrorText;

/// What a refusal of a chat is in HTTP. One refusal has other words for each thing that was asked.
final class Refusals {
  private Refusals() {}

  /// For new words on a chat.
  static ErrorAnswer ofDescription(Refusal why) {
    return switch (why) {
      case Refusal.Plain.NOT_YOURS -> ApiError.NOT_FOUND.answer();
      case Refusal.Plain.NOT_A_ROOT -> ApiError.PIN_CHILD.answer();
      case Refusal.Plain.ARCHIVED -> ApiError.PIN_ARCHIVED.answer();
      case Refusal.Plain _, Refusal.NotWaitingForTools _, Refusal.WrongResults _ ->
          throw new BrokenInvariant("a description was refused because of " + why);
    };
  }

  /// `queued` messages wait in the chat; a queue that is full has as many as it may.
  static ErrorAnswer of(ChatCommand.ByUser command, Refusal why, int queued) {
    return switch (why) {
      case Refusal.Plain plain when plain == Refusal.Plain.QUEUE_FULL ->
          ErrorAnswer.of(
              ApiError.QUEUE_FULL, "Maximum %d messages can be queued.".formatted(queued));
      case Refusal.Plain plain -> of(command, plain);
      case Refusal.NotWaitingForTools(var status) ->
          ErrorAnswer.of(
              ApiError.NOT_WAITING_FOR_TOOLS,
              "Chat status is \"%s\", expected \"requires_action\"."
                  .formatted(ChatCodec.status(status)));
      case Refusal.WrongResults wrong ->
          ErrorAnswer.of(ApiError.TOOL_RESULTS_INVALID, ErrorText.cut(detail(wrong)));
    };
  }

  private static ErrorAnswer of(ChatCommand.ByUser command, Refusal.Plain why) {
    return switch (why) {
      case NOT_YOURS -> ApiError.NOT_FOUND.answer();
      case ARCHIVED -> archived(command).answer();
      case BUSY ->
          (command instanceof ChatCommand.Clear ? ApiError.CLEAR_ACTIVE : ApiError.CHAT_BUSY)
              .answer();
      case QUEUE_FULL -> throw new BrokenInvariant("answered before");
      case QUEUE_TOO_LARGE ->
          ErrorAnswer.of(ApiError.QUEUE_FULL, "Queued messages may hold at most 3 MiB together.");
      case NO_SUCH_MESSAGE -> ApiError.MESSAGE_NOT_FOUND.answer();
      case NOT_A_USER_MESSAGE -> ApiError.NOT_A_USER_MESSAGE.answer();
      case NO_SUCH_QUEUED_MESSAGE -> ApiError.QUEUED_MESSAGE_NOT_FOUND.answer();
      case NOT_FAILED -> ApiError.NOT_FAILED.answer();
      case ALREADY_ARCHIVED -> ApiError.ALREADY_ARCHIVED.answer();
      case NOT_ARCHIVED -> ApiError.NOT_ARCHIVED.answer();
      case NOT_A_ROOT ->
          (command instanceof ChatCommand.Delete ? ApiError.DELETE_CHILD : ApiError.ARCHIVE_CHILD)
              .answer();
      case FAMILY_ACTIVE ->
          (command instanceof ChatCommand.Delete ? ApiError.DELETE_ACTIVE : ApiError.ARCHIVE_ACTIVE)
              .answer();
      case STALE, OVERTAKEN, NOTHING_TO_COMPACT -> throw unexpected(command, why);
    };
  }

  /// One id is enough to see what is wrong.
  private static String detail(Refusal.WrongResults wrong) {
    if (!wrong.duplicate().isEmpty()) {
      return "Duplicate tool_call_id \"" + wrong.duplicate().getFirst() + "\".";
    }
    return wrong.unexpected().isEmpty()
        ? "Missing result for tool_call_id \"" + wrong.missing().getFirst() + "\"."
        : "Unexpected tool_call_id \"" + wrong.unexpected().getFirst() + "\".";
  }

  private static ApiError archived(ChatCommand.ByUser command) {
    return switch (command) {
      case ChatCommand.Send _, ChatCommand.Promote _ -> ApiError.SEND_ARCHIVED;
      case ChatCommand.Edit _ -> ApiError.EDIT_ARCHIVED;
      case ChatCommand.Interrupt _ -> ApiError.INTERRUPT_ARCHIVED;
      case ChatCommand.Retry _,
          ChatCommand.GiveToolResults _,
          ChatCommand.Compact _,
          ChatCommand.Clear _ ->
          ApiError.ARCHIVED;
      case ChatCommand.DeleteQueued _,
          ChatCommand.Archive _,
          ChatCommand.Unarchive _,
          ChatCommand.Delete _ ->
          throw unexpected(command, Refusal.Plain.ARCHIVED);
    };
  }

  private static BrokenInvariant unexpected(ChatCommand command, Refusal why) {
    // Without what it carries: that is the user's.
    return new BrokenInvariant(CommandKind.of(command).words() + " was refused because of " + why);
  }
}
