package chatd.server.postgres;

import chatd.core.chat.BrokenInvariant;
import chatd.core.chat.ChatRow;
import chatd.core.chat.ChatStatus;
import chatd.core.chat.Decision;
import chatd.core.chat.Effect;
import chatd.core.message.ChatId;
import chatd.core.message.Message;
import chatd.core.message.MessageBody;
import chatd.core.message.QueuedMessage;
import chatd.core.message.UserId;
import chatd.server.wire.ContentCodec;
import chatd.server.wire.UsageCodec;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Writes what was decided about one chat, row and effects, as one statement: a `with` of one piece
/// for each change, from a fixed set of pieces.
///
/// All pieces see the tables as they were before the statement, so a decision may delete old rows
/// and insert new ones, but may not do two things to one row.
final class ChatWrite {
  private final ChatRow before;
  private final ChatRow after;
  private final Instant now;
  private final List<Effect> effects;
  private final List<MessageBody> bodies;
  private QueuedMessage.@Nullable Body enqueued;
  private final Sql sql = new Sql();
  private final StringBuilder results = new StringBuilder();

  private ChatWrite(ChatRow before, Decision.Accepted decision, Instant now) {
    this.before = before;
    this.after = decision.row();
    this.now = now;
    this.effects = decision.effects();
    this.bodies = inserted(effects);
  }

  /// What was written: ids are known now. `deletedIds` ascend.
  record Written(List<Message> inserted, @Nullable QueuedMessage queued, List<Long> deletedIds) {}

  /// Writes the decision about `before`, which the transaction holds locked.
  static Written write(
      Connection connection, ChatRow before, Decision.Accepted decision, Instant now)
      throws SQLException {
    return new ChatWrite(before, decision, now).run(connection);
  }

  static List<MessageBody> inserted(List<Effect> effects) {
    return effects.stream()
        .flatMap(effect -> effect instanceof Effect.Insert(var rows) ? rows.stream() : Stream.of())
        .toList();
  }

  /// Whether a change moves the time by which chats are listed.
  static boolean isNews(ChatRow before, ChatRow after) {
    return before.versions().history() != after.versions().history()
        || before.versions().queue() != after.versions().queue()
        || shown(before.status()) != shown(after.status());
  }

  private static ChatStatus shown(ChatStatus status) {
    return status == ChatStatus.INTERRUPTING ? ChatStatus.RUNNING : status;
  }

  private Written run(Connection connection) throws SQLException {
    updateRow();
    effects.forEach(this::add);
    sql.add(results.toString());
    Map<String, List<Long>> ids = new HashMap<>();
    sql.list(
        connection,
        row ->
            ids.computeIfAbsent(row.getString("what"), _ -> new ArrayList<>())
                .add(row.getLong("id")));
    if (!ids.containsKey("updated")) {
      throw new BrokenInvariant("the locked row of " + before.id() + " is not " + before);
    }
    var inserted = ids.getOrDefault("inserted", List.of());
    return new Written(
        messages(inserted, bodies, after.versions().history(), now),
        enqueued == null
            ? null
            : new QueuedMessage(ids.getOrDefault("queued", List.of()).getFirst(), now, enqueued),
        ids.getOrDefault("deleted", List.of()).stream().sorted().toList());
  }

  private void add(Effect effect) {
    switch (effect) {
      case Effect.Insert(var rows) -> {
        sql.add(", inserted as (");
        insertMessages(sql, after.id(), after.versions().history(), rows, now);
        sql.add(" returning id)");
        result("inserted");
      }
      case Effect.Cut(var fromId, var fromRevision) -> cut(fromId, fromRevision);
      case Effect.Enqueue(var message) -> {
        enqueued = message;
        enqueue(message);
      }
      case Effect.Dequeue(var id) ->
          sql.add(
              ", dequeued as (delete from queued_messages where chat_id = ? and id = ?)",
              chat(),
              id);
      case Effect.MoveToHead(var id) ->
          sql.add(
              """
              , moved as (
                update queued_messages
                set position = (select min(position) - 1 from queued_messages where chat_id = ?)
                where chat_id = ? and id = ?)
              """,
              chat(),
              chat(),
              id);
      case Effect.EmptyQueue _ ->
          sql.add(", emptied as (delete from queued_messages where chat_id = ?)", chat());
      case Effect.RecordUsage(var use) ->
          sql.add(
              """
              , used as (
                insert into model_requests
                  (chat_id, user_id, model_config_id, usage, cost_micros, created_at)
                values (?, ?, ?::uuid, ?::text, ?::numeric, ?))
              """,
              chat(),
              after.identity().user().value(),
              use.modelConfigId(),
              use.usage() == null ? null : UsageCodec.encode(use.usage()),
              use.costMicros(),
              now);
      case Effect.WriteChild _ -> {} // Written by the family, not with this row.
      case Effect.DeleteFamily _ ->
          throw new BrokenInvariant("a row that is deleted is not written");
    }
  }

  private void updateRow() {
    sql.add(
            "with updated as (update chats set " + ChatColumns.ASSIGNED,
            ChatColumns.assigned(after))
        .add(
            """
            , updated_at = case when ? then ? else updated_at end,
              due_since = case when ? then ? else due_since end
            where id = ? and snapshot_version = ? returning 0::bigint as id)
            """,
            isNews(before, after),
            now,
            before.status() != ChatStatus.RUNNING,
            now,
            chat(),
            before.versions().snapshot());
    result("updated");
  }

  private void enqueue(QueuedMessage.Body message) {
    sql.add(
        """
        , queued as (
          insert into queued_messages
            (chat_id, content, created_by, model_config_id, reasoning_effort, created_at)
          values (?, ?, ?, ?::uuid, ?::text, ?) returning id)
        """,
        chat(),
        ContentCodec.visible(message.content()),
        message.createdBy().value(),
        message.modelConfigId(),
        message.reasoningEffort(),
        now);
    result("queued");
  }

  private void cut(long fromId, long fromRevision) {
    sql.add(
        """
        , cut as (
          insert into chat_cuts (chat_id, history_version, from_id, from_revision)
          values (?, ?, ?, ?)),
        deleted as (
          delete from messages where chat_id = ? and id >= ? and role <> 'system' returning id)
        """,
        chat(),
        after.versions().history(),
        fromId,
        fromRevision,
        chat(),
        fromId);
    result("deleted");
  }

  private void result(String what) {
    results
        .append(results.isEmpty() ? " select '" : " union all select '")
        .append(what)
        .append("' as what, id from ")
        .append(what);
  }

  private UUID chat() {
    return after.id().value();
  }

  /// An insert of rows at the end of a history. Ids are drawn in the order of the rows.
  static void insertMessages(
      Sql sql, ChatId chat, long revision, List<MessageBody> rows, Instant now) {
    List<ContentCodec.Encoded> encoded = new ArrayList<>();
    rows.forEach(row -> encoded.add(ContentCodec.encode(row.content())));
    sql.add(
        """
        insert into messages (chat_id, revision, role, content, hidden, created_by,
          model_config_id, usage, created_at)
        select ?, ?, m.role, m.content, m.hidden, m.created_by, m.model_config_id, m.usage, ?
        from unnest(?::text[], ?::bytea[], ?::bytea[], ?::uuid[], ?::uuid[], ?::text[])
          with ordinality
          as m (role, content, hidden, created_by, model_config_id, usage, place)
        order by m.place
        """,
        chat.value(),
        revision,
        now,
        new Sql.Array("text", rows.stream().map(row -> MessageRows.name(row.role())).toList()),
        new Sql.Array("bytea", encoded.stream().map(ContentCodec.Encoded::visible).toList()),
        new Sql.Array("bytea", each(encoded, ContentCodec.Encoded::hidden)),
        new Sql.Array("uuid", each(rows, row -> id(row.createdBy()))),
        new Sql.Array("uuid", each(rows, MessageBody::modelConfigId)),
        new Sql.Array("text", each(rows, ChatWrite::usage)));
  }

  /// The inserted rows with the ids that they got.
  static List<Message> messages(
      List<Long> ids, List<MessageBody> bodies, long revision, Instant now) {
    var ascending = ids.stream().sorted().toList();
    List<Message> messages = new ArrayList<>();
    for (var i = 0; i < bodies.size(); i++) {
      messages.add(new Message(ascending.get(i), revision, now, bodies.get(i)));
    }
    return messages;
  }

  private static <T> List<@Nullable Object> each(List<T> rows, Value<T> value) {
    List<@Nullable Object> values = new ArrayList<>();
    rows.forEach(row -> values.add(value.of(row)));
    return values;
  }

  /// A value that a row may not have.
  private interface Value<T> {
    @Nullable Object of(T row);
  }

  private static @Nullable UUID id(@Nullable UserId user) {
    return user == null ? null : user.value();
  }

  private static @Nullable String usage(MessageBody row) {
    return row.usage() == null ? null : UsageCodec.encode(row.usage());
  }
}
