package chatd.server.postgres;

import chatd.core.message.ChatId;
import chatd.core.message.Message;
import chatd.core.message.QueuedMessage;
import chatd.engine.port.ChatLists.Page;
import chatd.engine.port.ChatLists.PageQuery;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/// One page of a history with the queue of the same snapshot.
final class PageReading {
  private final PageQuery query;
  private final List<Message> messages = new ArrayList<>();
  private final List<QueuedMessage> queue = new ArrayList<>();
  private long historyVersion;
  private long candidates;

  PageReading(PageQuery query) {
    this.query = query;
  }

  /// One candidate more than wanted is looked at, to know whether there is more; sizes are summed
  /// up before a content is read.
  Sql sql(ChatId chat) {
    var direction = query.ascending() ? "asc" : "desc";
    return Sql.of(
            """
            select c.history_version, item.* from chats c left join lateral (
              select 'message' as item, id, revision, role, content, hidden, created_by,
                model_config_id, usage, null as reasoning_effort, created_at, place, candidates
              from (
                select *, row_number() over w as place, count(*) over () as candidates,
                  sum(octet_length(content)) over w as bytes
                from (
                  select * from messages m
                  where m.chat_id = c.id and m.role <> 'system' and m.id > ? and m.id < ?
                  order by m.id
            """,
            query.afterId() == null ? 0L : query.afterId(),
            query.beforeId() == null ? Long.MAX_VALUE : query.beforeId())
        .add(direction)
        .add(" limit ?) candidate window w as (order by id ", query.limit() + 1)
        .add(direction)
        .add(
            """
             rows unbounded preceding)
              ) sized where place = 1 or (place <= ? and bytes <= ?)
              union all
              select 'queued', q.id, null, null, q.content, null, q.created_by,
                q.model_config_id, null, q.reasoning_effort, q.created_at,
                row_number() over (order by q.position, q.id), null
              from queued_messages q where q.chat_id = c.id and ?
            ) item on true where c.id = ? order by item.item, item.place
            """,
            query.limit(),
            query.bytesMax(),
            query.afterId() == null && query.beforeId() == null,
            chat.value());
  }

  void take(ResultSet row) throws SQLException {
    historyVersion = row.getLong("history_version");
    var item = Rows.textOrNull(row, "item");
    if (item == null) {
      return;
    }
    if (item.equals("message")) {
      candidates = row.getLong("candidates");
      messages.add(MessageRows.message(row));
    } else {
      queue.add(MessageRows.queued(row));
    }
  }

  Page result() {
    return new Page(messages, queue, candidates > messages.size(), historyVersion);
  }
}
