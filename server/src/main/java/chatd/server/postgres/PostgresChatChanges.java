package chatd.server.postgres;

import chatd.core.chat.ChatRow;
import chatd.core.message.ChatId;
import chatd.core.message.ContentPart;
import chatd.core.message.UserId;
import chatd.core.watch.WatchedChat;
import chatd.engine.port.Chat;
import chatd.engine.port.ChatChanges;
import chatd.server.wire.ContentCodec;
import chatd.server.wire.TextCodec;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Finds changed chats by the transaction that changed them last. A mark is the oldest transaction
/// that had not ended in the snapshot of a statement: those before it were seen by that statement
/// or will never be, those from it on are looked at again.
public final class PostgresChatChanges implements ChatChanges {
  /// Longer than anybody who still watches can be behind.
  private static final String STATE_KEPT = "interval '10 minutes'";

  private static final String MARK = "pg_snapshot_xmin(pg_current_snapshot())::text as mark";

  private static final String BEGIN =
      "select "
          + MARK
          + ", c.title, "
          + ChatColumns.SELECTED
          + """
           from (values (0)) as always left join (
            select * from chats where user_id = ? order by changed_in desc limit ?) c on true
          order by c.changed_in
          """;

  private static final String SINCE =
      """
      with marks as (
        select m.user_id, m.mark::xid8 as mark from unnest(?::uuid[], ?::text[]) as m (user_id, mark)
      ), touched as (
        select c.user_id, c.id, c.snapshot_version
        from marks m join chats c on c.user_id = m.user_id and c.changed_in >= m.mark
        union all
        select t.user_id, t.chat_id, null
        from marks m join chat_tombstones t on t.user_id = m.user_id and t.changed_in >= m.mark
        limit ?
      )
      """
          + "select "
          + MARK
          + ", t.* from (values (0)) as always left join touched t on true";

  // The content of the last step, if the chat waits for the client. Several rows if it was long.
  private static final String CALLING =
      """
      , (select array_agg(m.content order by m.id) from messages m
          where c.status = 'requires_action' and m.chat_id = c.id and m.role = 'assistant'
            and m.revision = (
              select max(a.revision) from messages a
              where a.chat_id = c.id and a.role = 'assistant')) as calling
      """;

  private static final String READ =
      "select "
          + ChatRows.COLUMNS
          + CALLING
          + ", false as deleted from chats c join users u on u.id = c.user_id"
          + " where c.id = any (?::uuid[]) union all select "
          + ChatRows.COLUMNS
          + ", null::bytea[], true from chat_tombstones t,"
          + " jsonb_populate_record(null::chats, t.state || '{\"archived\": false}') c"
          + " join users u on u.id = c.user_id"
          + " where t.chat_id = any (?::uuid[]) and t.state is not null";

  private final Database database;

  public PostgresChatChanges(Database database) {
    this.database = database;
  }

  @Override
  public Beginning begin(UserId user, int chatsMax) {
    var begun = new Begun();
    database.single(
        connection -> Sql.of(BEGIN, user.value(), chatsMax).list(connection, begun::take));
    return new Beginning(new Mark(begun.mark), begun.chats);
  }

  private static final class Begun {
    private final Map<ChatId, WatchedChat> chats = new LinkedHashMap<>();
    private long mark;

    private int take(ResultSet row) throws SQLException {
      mark = mark(row);
      if (Rows.uuidOrNull(row, "id") != null) {
        var chat = ChatColumns.row(row);
        chats.put(chat.id(), WatchedChat.of(chat, TextCodec.decode(row.getBytes("title"))));
      }
      return chats.size();
    }
  }

  @Override
  public Touches since(Map<UserId, Mark> marks, int max) {
    List<Object> users = new ArrayList<>();
    List<Object> numbers = new ArrayList<>();
    marks.forEach((user, mark) -> {
      users.add(user.value());
      numbers.add(Long.toUnsignedString(mark.number()));
    });
    var looked = new Looked();
    database.single(connection ->
        Sql.of(SINCE, new Sql.Array("uuid", users), new Sql.Array("text", numbers), max + 1)
            .list(connection, looked::take));
    return new Touches(new Mark(looked.mark), looked.touched.size() <= max, looked.touched);
  }

  private static final class Looked {
    private final List<Touched> touched = new ArrayList<>();
    private long mark;

    private int take(ResultSet row) throws SQLException {
      mark = mark(row);
      var chat = Rows.uuidOrNull(row, "id");
      if (chat != null) {
        var user = new UserId(Rows.uuid(row, "user_id"));
        var snapshot = row.getLong("snapshot_version");
        var isGone = row.wasNull();
        touched.add(new Touched(user, new ChatId(chat), isGone ? Long.MAX_VALUE : snapshot));
      }
      return touched.size();
    }
  }

  private static long mark(ResultSet row) throws SQLException {
    return Long.parseUnsignedLong(row.getString("mark"));
  }

  @Override
  public List<Found> read(Collection<ChatId> chats) {
    var ids = new Sql.Array("uuid", chats.stream().map(ChatId::value).toList());
    return database.single(
        connection -> Sql.of(READ, ids, ids).list(connection, PostgresChatChanges::found));
  }

  private static Found found(ResultSet row) throws SQLException {
    Chat chat = ChatRows.chat(row);
    return new Found(
        chat, row.getBoolean("deleted"), ClientCalls.of(chat.row(), calling(row, chat.row())));
  }

  private static List<ContentPart> calling(ResultSet row, ChatRow chat) throws SQLException {
    var contents = row.getArray("calling");
    if (contents == null || chat.turn().openCalls().isEmpty()) {
      return List.of();
    }
    List<ContentPart> parts = new ArrayList<>();
    for (var content : (byte[][]) contents.getArray()) {
      parts.addAll(ContentCodec.decode(content, null));
    }
    return parts;
  }

  @Override
  public void forgetDeleted() {
    database.single(connection ->
        Sql.of(
                "update chat_tombstones set state = null where state is not null"
                    + " and deleted_at < clock_timestamp() - "
                    + STATE_KEPT)
            .update(connection));
  }
}
