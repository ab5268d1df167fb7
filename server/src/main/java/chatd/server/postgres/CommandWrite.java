package chatd.server.postgres;

import static java.util.Objects.requireNonNull;

import chatd.core.chat.ChatCommand;
import chatd.core.chat.ChatFacts;
import chatd.core.chat.ChatFacts.Need;
import chatd.core.chat.ChatFacts.QueueLimits;
import chatd.core.chat.ChatMachine;
import chatd.core.chat.ChatRow;
import chatd.core.chat.Decision;
import chatd.core.chat.Effect;
import chatd.core.message.Message;
import chatd.core.message.QueuedMessage;
import chatd.core.message.Role;
import chatd.engine.port.Chat;
import chatd.engine.port.Outcome;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Carries one command out on a chat whose row is locked: loads what the decision needs, decides,
/// writes.
final class CommandWrite {
  private final Connection connection;
  private final QueueLimits queueLimits;

  CommandWrite(Connection connection, QueueLimits queueLimits) {
    this.connection = connection;
    this.queueLimits = queueLimits;
  }

  Outcome apply(ChatRows.Locked locked, ChatCommand command) throws SQLException {
    var chat = locked.chat();
    var needs = ChatMachine.needs(command, chat.row());
    List<Chat> children =
        needs.contains(Need.CHILDREN)
            ? ChatRows.lockChildren(connection, chat.row().id())
            : List.of();
    var facts = facts(locked, command, needs, children);
    return switch (ChatMachine.decide(facts, command)) {
      case Decision.Unchanged _ -> new Outcome.Unchanged(chat);
      case Decision.Rejected(var why) -> new Outcome.Refused(why, chat);
      case Decision.Accepted accepted -> write(chat, accepted, children, locked.now());
    };
  }

  private ChatFacts facts(
      ChatRows.Locked locked, ChatCommand command, Set<Need> needs, List<Chat> children)
      throws SQLException {
    var row = locked.chat().row();
    List<QueuedMessage> queue =
        needs.contains(Need.QUEUE) ? MessageRows.queue(connection, row.id()) : List.of();
    @Nullable Message edited =
        needs.contains(Need.EDITED_MESSAGE) && command instanceof ChatCommand.Edit edit
            ? MessageRows.visible(connection, row.id(), edit.messageId()).orElse(null)
            : null;
    @Nullable Message first =
        needs.contains(Need.FIRST_VISIBLE_MESSAGE)
            ? MessageRows.firstVisible(connection, row.id()).orElse(null)
            : null;
    return new ChatFacts(
        row,
        locked.now(),
        queue,
        edited,
        first,
        children.stream().map(Chat::row).toList(),
        queueLimits);
  }

  private Outcome write(Chat before, Decision.Accepted decision, List<Chat> children, Instant now)
      throws SQLException {
    for (var effect : decision.effects()) {
      if (effect instanceof Effect.DeleteFamily(var deleted)) {
        return delete(before, decision.row(), deleted, children, now);
      }
    }
    var written = ChatWrite.write(connection, before.row(), decision, now);
    var changed = writeChildren(decision.effects(), children, now);
    return new Outcome.Done(
        after(before, decision.row(), written, now),
        now,
        written.inserted(),
        written.queued(),
        written.deletedIds(),
        changed);
  }

  private List<Chat> writeChildren(List<Effect> effects, List<Chat> children, Instant now)
      throws SQLException {
    Map<ChatRow.Identity, Chat> known =
        children.stream().collect(Collectors.toMap(c -> c.row().identity(), Function.identity()));
    List<RowWrites.Change> changes = new ArrayList<>();
    List<Chat> changed = new ArrayList<>();
    for (var effect : effects) {
      if (effect instanceof Effect.WriteChild(var row)) {
        var child = requireNonNull(known.get(row.identity()));
        changes.add(new RowWrites.Change(child.row(), row));
        changed.add(with(child, row, now));
      }
    }
    RowWrites.write(connection, changes, now);
    return changed;
  }

  private Outcome delete(
      Chat before, ChatRow last, List<ChatRow> deleted, List<Chat> children, Instant now)
      throws SQLException {
    List<Object> ids = new ArrayList<>();
    ids.add(last.id().value());
    deleted.forEach(row -> ids.add(row.id().value()));
    Sql.of(
            """
            with gone as (delete from chats where id = any (?::uuid[]) returning id, user_id)
            insert into chat_tombstones (chat_id, user_id, deleted_at)
            select id, user_id, ? from gone
            """,
            new Sql.Array("uuid", ids),
            now)
        .update(connection);
    Map<ChatRow.Identity, ChatRow> lastRows =
        deleted.stream().collect(Collectors.toMap(ChatRow::identity, Function.identity()));
    return new Outcome.Done(
        with(before, last, now),
        now,
        List.of(),
        null,
        List.of(),
        children.stream()
            .map(child ->
                with(child, lastRows.getOrDefault(child.row().identity(), child.row()), now))
            .toList());
  }

  /// The chat after a write that inserted or deleted messages.
  private Chat after(Chat before, ChatRow row, ChatWrite.Written written, Instant now)
      throws SQLException {
    var chat = with(before, row, now);
    var marks = chat.marks();
    var unread = marks.hasUnread();
    if (unread && !written.deletedIds().isEmpty()) {
      unread = ChatRows.find(connection, row.id()).orElseThrow().marks().hasUnread();
    }
    unread |=
        written.inserted().stream()
            .map(message -> message.body().role())
            .anyMatch(role -> role == Role.ASSISTANT || role == Role.TOOL);
    return new Chat(
        row,
        chat.description(),
        chat.owner(),
        new Chat.Marks(marks.pinOrder(), unread, marks.createdAt(), marks.updatedAt()));
  }

  static Chat with(Chat chat, ChatRow row, Instant now) {
    var marks = chat.marks();
    var updatedAt = ChatWrite.isNews(chat.row(), row) ? now : marks.updatedAt();
    return new Chat(
        row,
        chat.description(),
        chat.owner(),
        new Chat.Marks(marks.pinOrder(), marks.hasUnread(), marks.createdAt(), updatedAt));
  }
}
