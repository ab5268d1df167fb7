package chatd.server.postgres;

import chatd.core.message.ChatId;
import chatd.core.message.ContentPart;
import chatd.core.message.UserId;
import chatd.engine.port.Chat;
import chatd.engine.port.ChatLists;
import chatd.server.wire.ContentCodec;
import chatd.server.wire.TextCodec;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Lists of chats and of messages, each read in one statement.
public final class PostgresChatLists implements ChatLists {
  private final Database database;

  public PostgresChatLists(Database database) {
    this.database = database;
  }

  @Override
  public List<Family> list(UserId user, Query query) {
    var sql = roots(user, query);
    Map<ChatId, List<Chat>> children = new HashMap<>();
    List<Chat> roots = new ArrayList<>();
    for (var chat : database.single(connection -> sql.list(connection, ChatRows::chat))) {
      if (chat.row().identity().isRoot()) {
        roots.add(chat);
      } else {
        children.computeIfAbsent(chat.row().identity().root(), _ -> new ArrayList<>()).add(chat);
      }
    }
    return roots.stream()
        .map(root ->
            new Family(
                root,
                children.getOrDefault(root.row().id(), List.of()).stream()
                    .sorted(Comparator.comparing(child -> child.marks().createdAt()))
                    .toList()))
        .toList();
  }

  private static Sql roots(UserId user, Query query) {
    var sql =
        Sql.of(
            "with roots as materialized ("
                + ChatRows.SELECT
                + " where c.user_id = ? and c.parent_id is null",
            user.value());
    filter(sql, query);
    return sql.add(
            """
             order by c.pin_order = 0, c.pin_order, c.updated_at desc, c.id desc
            limit ? offset ?)
            select *, row_number() over (
              order by pin_order = 0, pin_order, updated_at desc, id desc) as place
            from roots
            union all
            """,
            query.limit(),
            query.offset())
        .add("select " + ChatRows.COLUMNS)
        .add(
            """
            , 0 as place from chats c join users u on u.id = c.user_id
            where c.parent_id is not null and c.root_id in (select id from roots)
            order by place, created_at, id
            """);
  }

  private static void filter(Sql sql, Query query) {
    var filter = query.filter();
    if (!query.labels().isEmpty()) {
      sql.add(" and c.label_search @> ?::text[]", CreateChat.labels(query.labels()));
    }
    if (filter.archived() != null) {
      sql.add(" and c.archived = ?", filter.archived());
    }
    if (filter.titlePart() != null) {
      sql.add(
          " and position(?::text in c.title_search) > 0", TextCodec.searchable(filter.titlePart()));
    }
    if (filter.status() != null) {
      // Clients see a turn that is being stopped as running.
      sql.add(
          " and case c.status when 'interrupting' then 'running' else c.status end = ?",
          filter.status());
    }
    if (filter.hasUnread() != null) {
      sql.add(" and " + ChatRows.UNREAD + " = ?", filter.hasUnread());
    }
    if (query.after() != null) {
      sql.add(
          """
           and exists (
            select 1 from chats a where a.id = ?
              and ((c.pin_order = 0, c.pin_order) > (a.pin_order = 0, a.pin_order)
                or (c.pin_order = a.pin_order
                  and (c.updated_at, c.id) < (a.updated_at, a.id))))
          """,
          query.after().value());
    }
  }

  @Override
  public List<Chat> children(ChatId root) {
    return database.single(connection ->
        Sql.of(
                ChatRows.SELECT
                    + """
                    where c.root_id = ? and c.parent_id is not null
                    order by c.created_at, c.id
                    """,
                root.value())
            .list(connection, ChatRows::chat));
  }

  @Override
  public Page messages(ChatId chat, PageQuery query) {
    var page = new PageReading(query);
    database.single(connection ->
        page.sql(chat)
            .list(
                connection,
                row -> {
                  page.take(row);
                  return 0;
                }));
    return page.result();
  }

  @Override
  public Cost cost(ChatId chat) {
    return database.single(connection ->
        Sql.of(
                """
                select coalesce(sum(cost_micros), 0) as micros, count(*) as requests,
                  count(*) filter (where cost_micros is null) as unpriced
                from model_requests where chat_id = ?
                """,
                chat.value())
            .first(
                connection,
                row ->
                    new Cost(
                        row.getBigDecimal("micros"),
                        row.getLong("requests"),
                        row.getLong("unpriced")))
            .orElseThrow());
  }

  @Override
  public List<UserText> prompts(ChatId chat, int limit, long bytesMax) {
    return database
        .single(connection ->
            Sql.of(
                    """
                    select id, content from (
                      select id, content, row_number() over w as place,
                        sum(octet_length(content)) over w as bytes
                      from (
                        select id, content from messages where chat_id = ? and role = 'user'
                        order by id desc limit ?) newest
                      window w as (order by id desc rows unbounded preceding)
                    ) sized where place = 1 or bytes <= ? order by id desc
                    """,
                    chat.value(),
                    limit,
                    bytesMax)
                .list(
                    connection,
                    row -> new UserText(row.getLong("id"), text(row.getBytes("content")))))
        .stream()
        .filter(prompt -> !prompt.text().isEmpty())
        .toList();
  }

  private static String text(byte[] content) {
    return ContentCodec.decode(content, null).stream()
        .flatMap(
            part -> part instanceof ContentPart.Text(var text) ? Stream.of(text) : Stream.empty())
        .collect(Collectors.joining("\n"));
  }

  @Override
  public void markRead(ChatId chat) {
    database.single(connection ->
        Sql.of(
                """
                update chats c set read_up_to = newest.id
                from (select max(id) as id from messages where chat_id = ?) newest
                where c.id = ? and c.read_up_to < newest.id
                """,
                chat.value(),
                chat.value())
            .update(connection));
  }
}
