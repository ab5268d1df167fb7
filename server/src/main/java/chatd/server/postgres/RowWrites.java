package chatd.server.postgres;

import chatd.core.chat.BrokenInvariant;
import chatd.core.chat.ChatRow;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;

/// Writes the rows of many chats that change in nothing but their rows, as one statement.
final class RowWrites {
  private RowWrites() {}

  /// A row before and after; the transaction holds it locked.
  record Change(ChatRow before, ChatRow after) {}

  static void write(Connection connection, List<Change> changes, Instant now) throws SQLException {
    if (changes.isEmpty()) {
      return;
    }
    var news =
        changes.stream()
            .filter(change -> ChatWrite.isNews(change.before(), change.after()))
            .map(change -> change.after().id().value())
            .toList();
    var written =
        Sql.of("update chats c set " + ChatColumns.ASSIGNED_FROM_N)
            .add(
                """
                , updated_at = case when c.id = any (?::uuid[]) then ? else c.updated_at end,
                  due_since = case when c.status <> 'running' then ? else c.due_since end
                """,
                new Sql.Array("uuid", news),
                now,
                now)
            .add(
                " from " + ChatColumns.UNNESTED + " where c.id = n.id",
                ChatColumns.unnested(changes.stream().map(Change::after).toList()))
            .update(connection);
    if (written != changes.size()) {
      throw new BrokenInvariant("wrote " + written + " of " + changes.size() + " locked chats");
    }
  }
}
