package chatd.server.postgres;

import chatd.core.chat.ChatRow;
import chatd.core.chat.Refusal;
import chatd.core.message.ChatId;
import chatd.engine.port.Chat;
import chatd.engine.port.DescribeChat;
import chatd.engine.port.Outcome;
import chatd.server.wire.TextCodec;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Changes the words on a chat, and its place among the pinned ones.
final class DescribeWrite {
  private final Connection connection;
  private final DescribeChat change;

  DescribeWrite(Connection connection, DescribeChat change) {
    this.connection = connection;
    this.change = change;
  }

  Outcome apply(ChatId id) throws SQLException {
    lockPins();
    var found = ChatRows.lock(connection, id);
    return found.isEmpty()
        ? new Outcome.Missing()
        : apply(found.get().chat(), found.get().chat().row().described(), found.get().now());
  }

  /// Adds to what this transaction has done to the chat already, or undoes it.
  Outcome applyAfter(Outcome.Done first) throws SQLException {
    // One transaction is one snapshot, which has been counted.
    var outcome = apply(first.chat(), first.chat().row(), first.now());
    if (outcome instanceof Outcome.Refused) {
      connection.rollback();
    }
    return outcome instanceof Outcome.Done done
        ? new Outcome.Done(
            done.chat(),
            first.now(),
            first.inserted(),
            first.queued(),
            first.deletedIds(),
            Stream.concat(first.children().stream(), done.children().stream()).toList())
        : outcome instanceof Outcome.Unchanged ? first : outcome;
  }

  /// `after` is the chat's row once its description has changed.
  private Outcome apply(Chat chat, ChatRow after, Instant now) throws SQLException {
    var refusal = refusal(chat);
    if (refusal != null) {
      return new Outcome.Refused(refusal, chat);
    }
    var description = described(chat.description());
    var pinned = pinnedAfter(chat);
    var place = change.pinOrder() == null ? chat.marks().pinOrder() : place(pinned, chat);
    if (description.equals(chat.description()) && place == chat.marks().pinOrder()) {
      return new Outcome.Unchanged(chat);
    }
    var isSeen =
        !description.title().equals(chat.description().title())
            || !description.labels().equals(chat.description().labels())
            || place != chat.marks().pinOrder();
    var changed = with(chat, isSeen ? after : chat.row(), description, place);
    write(changed);
    return new Outcome.Done(changed, now, List.of(), null, List.of(), moved(pinned, chat));
  }

  private @Nullable Refusal refusal(Chat chat) {
    if (change.by() != null && !change.by().equals(chat.row().identity().user())) {
      return Refusal.Plain.NOT_YOURS;
    }
    if (change.pinOrder() == null || change.pinOrder() == 0) {
      return null;
    }
    if (!chat.row().identity().isRoot()) {
      return Refusal.Plain.NOT_A_ROOT;
    }
    return chat.row().lifecycle().archived() ? Refusal.Plain.ARCHIVED : null;
  }

  private Chat.Description described(Chat.Description before) {
    var byPerson = change.by() != null;
    var title = change.title();
    if (title == null || (!byPerson && before.titledByPerson())) {
      title = before.title();
    }
    return new Chat.Description(
        title,
        before.titledByPerson() || (byPerson && change.title() != null),
        change.labels() == null ? before.labels() : change.labels(),
        before.clientType());
  }

  /// One user's pins change one after the other: two new ones must not get the same place.
  void lockPins() throws SQLException {
    if (change.pinOrder() != null && change.by() != null) {
      Sql.of("select 1 from users where id = ? for no key update", change.by().value())
          .list(connection, row -> row.getInt(1));
    }
  }

  /// The user's pinned chats in their new order, this one among them unless it is unpinned.
  private List<Chat> pinnedAfter(Chat chat) throws SQLException {
    if (change.pinOrder() == null) {
      return List.of();
    }
    var user = chat.row().identity().user();
    List<Chat> pinned =
        new ArrayList<>(
            Sql.of(
                    ChatRows.SELECT
                        + "where c.user_id = ? and c.pin_order > 0 order by c.id for update of c",
                    user.value())
                .list(connection, ChatRows::chat));
    pinned.sort(Comparator.comparingInt(other -> other.marks().pinOrder()));
    var wasPinned = pinned.removeIf(other -> isSame(other, chat));
    if (change.pinOrder() > 0) {
      var place = wasPinned ? Math.min(change.pinOrder() - 1, pinned.size()) : pinned.size();
      pinned.add(place, chat);
    }
    return pinned;
  }

  private static int place(List<Chat> pinned, Chat chat) {
    for (var i = 0; i < pinned.size(); i++) {
      if (isSame(pinned.get(i), chat)) {
        return i + 1;
      }
    }
    return 0;
  }

  private static boolean isSame(Chat left, Chat right) {
    return left.row().id().equals(right.row().id());
  }

  private void write(Chat chat) throws SQLException {
    var description = chat.description();
    Sql.of(
            """
            update chats set title = ?, title_search = ?, titled_by_person = ?, labels = ?,
              label_search = ?, pin_order = ?, snapshot_version = ?
            where id = ?
            """,
            TextCodec.encode(description.title()),
            TextCodec.searchable(description.title()),
            description.titledByPerson(),
            TextCodec.encode(description.labels()),
            CreateChat.labels(description.labels()),
            chat.marks().pinOrder(),
            chat.row().versions().snapshot(),
            chat.row().id().value())
        .update(connection);
  }

  /// Gives the other pinned chats their places.
  private List<Chat> moved(List<Chat> pinned, Chat chat) throws SQLException {
    List<Chat> moved = new ArrayList<>();
    for (var i = 0; i < pinned.size(); i++) {
      var other = pinned.get(i);
      if (!isSame(other, chat) && other.marks().pinOrder() != i + 1) {
        moved.add(move(other, i + 1));
      }
    }
    return moved;
  }

  private Chat move(Chat chat, int place) throws SQLException {
    var after = with(chat, chat.row().described(), chat.description(), place);
    Sql.of(
            "update chats set pin_order = ?, snapshot_version = ? where id = ?",
            place,
            after.row().versions().snapshot(),
            after.row().id().value())
        .update(connection);
    return after;
  }

  private static Chat with(Chat chat, ChatRow row, Chat.Description description, int place) {
    var marks = chat.marks();
    return new Chat(
        row,
        description,
        chat.owner(),
        new Chat.Marks(place, marks.hasUnread(), marks.createdAt(), marks.updatedAt()));
  }
}
