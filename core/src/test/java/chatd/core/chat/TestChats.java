package chatd.core.chat;

import chatd.core.chat.ChatFacts.QueueLimits;
import chatd.core.chat.ChatRow.Identity;
import chatd.core.chat.ChatRow.Lifecycle;
import chatd.core.chat.TurnState.Attempts;
import chatd.core.chat.TurnState.Failure;
import chatd.core.message.ChatId;
import chatd.core.message.ContentPart;
import chatd.core.message.Message;
import chatd.core.message.MessageBody;
import chatd.core.message.QueuedMessage;
import chatd.core.message.RawJson;
import chatd.core.message.ToolOrigin;
import chatd.core.message.UserId;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/// Chats in every state, as the tests of this room need them.
final class TestChats {
  static final UserId ADA = new UserId(new UUID(1, 1));
  static final ReplicaId REPLICA = new ReplicaId(new UUID(2, 2));
  static final RunId RUN = new RunId(new UUID(3, 3));
  static final Instant NOW = Instant.parse("2026-05-28T00:00:00Z");
  static final ChatId CHAT = new ChatId(new UUID(4, 4));
  static final QueueLimits LIMITS = new QueueLimits(20, 3 << 20);
  static final OpenCall CALL = new OpenCall(9, "c1", "pick", true, ToolOrigin.NONE);
  static final ChatError ERROR = ChatError.of(ChatError.Kind.OVERLOADED, "Too busy.", true);

  private TestChats() {}

  static ChatRow row(ChatState state, boolean owned, int queued) {
    var status = state.status();
    var turn =
        switch (status) {
          case WAITING -> TurnState.IDLE;
          case ERROR -> TurnState.IDLE.withFailure(new Failure(ERROR, 20));
          case RUNNING, INTERRUPTING -> TurnState.IDLE.withAttempts(new Attempts(RUN, 0, 0));
          case REQUIRES_ACTION ->
              TurnState.IDLE.withOpenCalls(List.of(CALL)).withDeadline(NOW.minusSeconds(1));
        };
    return new ChatRow(
        new Identity(CHAT, ADA, null, CHAT),
        new Lifecycle(status, state.isArchived(), queued),
        new Versions(22, 9, 5, 0, 1, 0),
        owned && status.isOwnable() ? new Ownership(REPLICA, RUN) : null,
        turn,
        new ModelChoice(null, null, List.of()));
  }

  static ChatFacts facts(ChatRow row) {
    return facts(row, message(3, user("hi")), List.of());
  }

  static ChatFacts facts(ChatRow row, @Nullable Message first, List<ChatRow> children) {
    var queue =
        LongStream.rangeClosed(1, row.lifecycle().queued())
            .mapToObj(id -> new QueuedMessage(id, NOW, body("queued " + id)))
            .toList();
    return new ChatFacts(row, NOW, queue, first, first, children, LIMITS);
  }

  static Message message(long id, MessageBody body) {
    return new Message(id, 9, NOW, body);
  }

  static MessageBody user(String text) {
    return MessageBody.user(List.of(new ContentPart.Text(text)), ADA, null);
  }

  static MessageBody assistant(ContentPart... parts) {
    return new MessageBody(chatd.core.message.Role.ASSISTANT, List.of(parts), null, null, null);
  }

  static ContentPart.ToolCall call(String id) {
    return new ContentPart.ToolCall(id, "pick", RawJson.EMPTY_OBJECT, ToolOrigin.NONE, null);
  }

  static ContentPart.ToolResult result(String id) {
    return new ContentPart.ToolResult(
        id, "pick", RawJson.EMPTY_OBJECT, false, ToolOrigin.NONE, null);
  }

  static QueuedMessage.Body body(String text) {
    return new QueuedMessage.Body(
        List.of(new ContentPart.Text(text)), ADA, null, null, text.length());
  }
}
