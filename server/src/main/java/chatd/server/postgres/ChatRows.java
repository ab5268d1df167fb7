package chatd.server.postgres;

import chatd.core.message.ChatId;
import chatd.engine.port.Chat;
import chatd.server.wire.TextCodec;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Chats with their descriptions, read or locked.
final class ChatRows {
  private ChatRows() {}

  /// Whether the chat has an answer that its owner has not seen.
  static final String UNREAD =
      """
      exists (
        select 1 from messages m
        where m.chat_id = c.id and m.id > c.read_up_to and m.role in ('assistant', 'tool'))
      """;

  /// What [#chat] reads, from `chats c` and `users u`.
  static final String COLUMNS =
      ChatColumns.SELECTED
          + """
          , c.title, c.titled_by_person, c.labels, c.client_type, c.pin_order, c.created_at,
            c.updated_at, u.username, u.name as user_name,
          """
          + UNREAD
          + " as unread";

  static final String SELECT =
      "select " + COLUMNS + " from chats c join users u on u.id = c.user_id ";

  /// A locked chat and the database's time after the lock was granted.
  record Locked(Chat chat, Instant now) {}

  static Optional<Chat> find(Connection connection, ChatId chat) throws SQLException {
    return Sql.of(SELECT + "where c.id = ?", chat.value()).first(connection, ChatRows::chat);
  }

  /// Locks the chat's row until the transaction ends.
  static Optional<Locked> lock(Connection connection, ChatId chat) throws SQLException {
    return locked("where c.id = ? for update of c", chat.value())
        .first(connection, ChatRows::locked);
  }

  /// Locks the sub-chats of a root, in the order that everybody uses.
  static List<Chat> lockChildren(Connection connection, ChatId root) throws SQLException {
    return Sql.of(
            SELECT
                + "where c.root_id = ? and c.parent_id is not null order by c.id for update of c",
            root.value())
        .list(connection, ChatRows::chat);
  }

  /// A statement that locks chats and then reads the time. In the outer query, because a time read
  /// beside the lock may be older than the wait for it.
  static Sql locked(String which, @Nullable Object... values) {
    return Sql.of(
        "with locked as materialized ("
            + SELECT
            + which
            + ") select *, clock_timestamp() as now from locked",
        values);
  }

  static Locked locked(ResultSet row) throws SQLException {
    return new Locked(chat(row), Rows.time(row, "now"));
  }

  static Chat chat(ResultSet row) throws SQLException {
    var name = Rows.bytesOrNull(row, "user_name");
    return new Chat(
        ChatColumns.row(row),
        new Chat.Description(
            TextCodec.decode(row.getBytes("title")),
            row.getBoolean("titled_by_person"),
            TextCodec.decodeMap(row.getBytes("labels")),
            Chat.ClientType.valueOf(row.getString("client_type").toUpperCase(Locale.ROOT))),
        new Chat.Owner(row.getString("username"), name == null ? null : TextCodec.decode(name)),
        new Chat.Marks(
            row.getInt("pin_order"),
            row.getBoolean("unread"),
            Rows.time(row, "created_at"),
            Rows.time(row, "updated_at")));
  }
}
