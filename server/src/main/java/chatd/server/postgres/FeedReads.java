package chatd.server.postgres;

import chatd.core.chat.ChatRow;
import chatd.core.chat.Versions;
import chatd.core.feed.FeedPage;
import chatd.core.feed.FeedRead;
import chatd.core.feed.FeedRow;
import chatd.core.feed.ResumeFacts;
import chatd.core.feed.ResumeQuery;
import chatd.core.message.ChatId;
import chatd.core.message.ContentPart;
import chatd.server.wire.ContentCodec;
import chatd.server.wire.MessageCodec;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// What feeds and viewers read. Every read is one statement, hence of one snapshot.
final class FeedReads {
  private FeedReads() {}

  private static final String MESSAGE_COLUMNS =
      "id, revision, role, content, created_by, model_config_id, usage, created_at";

  // The chat's columns come with every item; a feed that keeps up reads few of them.
  private static final String READ =
      "select "
          + ChatColumns.SELECTED
          + """
          , coalesce((
              select max(m.id) from messages m where m.chat_id = c.id and m.role <> 'system'
            ), 0) as last_message_id, item.*
          from chats c left join lateral (
            select 'message' as item, m.id as item_id, m.revision, m.role, m.content,
              m.created_by as item_created_by, m.model_config_id as item_model, m.usage,
              null as item_effort, m.created_at as item_created_at, m.id as place
            from messages m
            where m.chat_id = c.id and m.revision > ? and m.role <> 'system'
            union all
            select 'queued', q.id, null, null, q.content, q.created_by, q.model_config_id, null,
              q.reasoning_effort, q.created_at, q.position
            from queued_messages q where q.chat_id = c.id
            union all
            select 'cut', k.from_id, k.from_revision, null, null, null, null, null, null, null,
              k.history_version
            from chat_cuts k where k.chat_id = c.id and k.history_version > ?
            union all
            select 'calls', m.id, null, null, m.content, null, null, null, null, null, m.id
            from messages m
            where c.status = 'requires_action' and m.chat_id = c.id and m.role = 'assistant'
              and m.revision = (
                select max(a.revision) from messages a
                where a.chat_id = c.id and a.role = 'assistant')
          ) item on true
          where c.id = ? order by item.place, item.item_id
          """;

  static Optional<FeedRead> read(Connection connection, ChatId chat, long afterHistory)
      throws SQLException {
    var found = new Found(chat);
    Sql.of(READ, afterHistory, afterHistory, chat.value())
        .list(
            connection,
            row -> {
              found.take(row);
              return row;
            });
    return found.read();
  }

  /// The items of one read, sorted by kind.
  private static final class Found {
    private final ChatId id;
    private final List<FeedRow> rows = new ArrayList<>();
    private final List<byte[]> queue = new ArrayList<>();
    private final List<FeedRead.Cut> cuts = new ArrayList<>();
    private final List<ContentPart> calling = new ArrayList<>();
    private @Nullable ChatRow chat;
    private long lastMessageId;

    Found(ChatId id) {
      this.id = id;
    }

    void take(ResultSet row) throws SQLException {
      if (chat == null) {
        chat = ChatColumns.row(row);
        lastMessageId = row.getLong("last_message_id");
      }
      var item = Rows.textOrNull(row, "item");
      if (item == null) {
        return;
      }
      switch (item) {
        case "message" -> rows.add(message(row));
        case "queued" -> queue.add(queued(row));
        case "calls" -> calling.addAll(ContentCodec.decode(row.getBytes("content"), null));
        default ->
            cuts.add(
                new FeedRead.Cut(
                    row.getLong("place"), row.getLong("item_id"), row.getLong("revision")));
      }
    }

    private FeedRow message(ResultSet row) throws SQLException {
      return new FeedRow(
          row.getLong("item_id"),
          row.getLong("revision"),
          MessageCodec.message(
              new MessageCodec.StoredMessage(
                  row.getLong("item_id"),
                  id,
                  MessageRows.role(row.getString("role")),
                  row.getBytes("content"),
                  Rows.time(row, "item_created_at"),
                  row.getLong("revision"),
                  origin(row, "item_created_by", "item_model"),
                  Rows.textOrNull(row, "usage"))));
    }

    private byte[] queued(ResultSet row) throws SQLException {
      return MessageCodec.queued(
          new MessageCodec.StoredQueuedMessage(
              row.getLong("item_id"),
              id,
              row.getBytes("content"),
              Rows.time(row, "item_created_at"),
              origin(row, "item_created_by", "item_model"),
              Rows.textOrNull(row, "item_effort")));
    }

    Optional<FeedRead> read() {
      return Optional.ofNullable(chat)
          .map(row ->
              new FeedRead(
                  row,
                  MessageCodec.array(queue),
                  rows,
                  cuts,
                  lastMessageId,
                  ClientCalls.of(row, calling)));
    }
  }

  private static MessageCodec.Origin origin(ResultSet row, String createdBy, String model)
      throws SQLException {
    return new MessageCodec.Origin(
        MessageRows.user(Rows.uuidOrNull(row, createdBy)), Rows.uuidOrNull(row, model));
  }

  /// The sizes are summed up before a content is looked at, so what does not fit is not read.
  static List<FeedRow> page(Connection connection, ChatId chat, FeedPage query)
      throws SQLException {
    return Sql.of(
            "select * from (select *, row_number() over w as place,"
                + " sum(octet_length(content)) over w as bytes from (select "
                + MESSAGE_COLUMNS
                + """
                 from messages
                where chat_id = ? and id > ? and revision <= ? and (revision > ? or id > ?)
                  and role <> 'system'
                order by id limit ?
                ) candidates window w as (order by id rows unbounded preceding)
                ) page where place = 1 or bytes <= ? order by id
                """,
            chat.value(),
            query.afterId(),
            query.revisionMax(),
            query.revisionAbove(),
            query.idAbove(),
            query.rowsMax(),
            query.bytesMax())
        .list(connection, row -> feedRow(chat, row));
  }

  private static FeedRow feedRow(ChatId chat, ResultSet row) throws SQLException {
    var id = row.getLong("id");
    var revision = row.getLong("revision");
    var stored =
        new MessageCodec.StoredMessage(
            id,
            chat,
            MessageRows.role(row.getString("role")),
            row.getBytes("content"),
            Rows.time(row, "created_at"),
            revision,
            origin(row, "created_by", "model_config_id"),
            Rows.textOrNull(row, "usage"));
    return new FeedRow(id, revision, MessageCodec.message(stored));
  }

  /// A row that existed at a history version and is gone shows in no table but the cuts: the first
  /// row of a cut stands for the others, which is enough to find the next cut that hits the viewer.
  static ResumeFacts resumeFacts(Connection connection, ChatId chat, ResumeQuery query)
      throws SQLException {
    return Sql.of(
            """
            select exists (
                select 1 from chat_cuts k
                where k.chat_id = ? and k.history_version <= ?
                  and k.history_version > coalesce(?::bigint, 0)
                  and case when ?::bigint is null then k.from_revision <= ?::bigint
                    else k.from_id <= ?::bigint end
              ) as held_row_deleted,
              greatest(
                (select max(m.id) from messages m
                  where m.chat_id = ? and m.revision <= ?::bigint and m.role <> 'system'),
                (select max(k.from_id) from chat_cuts k
                  where k.chat_id = ? and k.history_version > ?::bigint
                    and k.from_revision <= ?::bigint)
              ) as last_id
            """,
            chat.value(),
            query.now(),
            query.history(),
            query.heldUpTo(),
            query.history(),
            query.heldUpTo(),
            chat.value(),
            query.history(),
            chat.value(),
            query.history(),
            query.history())
        .first(
            connection,
            row -> new ResumeFacts(row.getBoolean("held_row_deleted"), row.getLong("last_id")))
        .orElseThrow();
  }

  static Map<ChatId, Versions> versions(Connection connection, Collection<ChatId> chats)
      throws SQLException {
    Map<ChatId, Versions> versions = new HashMap<>();
    Sql.of(
            """
            select id, snapshot_version, history_version, queue_version, retry_version,
              generation_attempt, failed_attempt
            from chats where id = any (?::uuid[])
            """,
            new Sql.Array("uuid", chats.stream().map(ChatId::value).toList()))
        .list(
            connection,
            row -> versions.put(new ChatId(Rows.uuid(row, "id")), ChatColumns.versions(row)));
    return versions;
  }
}
