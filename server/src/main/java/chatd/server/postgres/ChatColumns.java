package chatd.server.postgres;

import chatd.core.chat.ChatRow;
import chatd.core.chat.ChatStatus;
import chatd.core.chat.ModelChoice;
import chatd.core.chat.Ownership;
import chatd.core.chat.ReplicaId;
import chatd.core.chat.RunId;
import chatd.core.chat.Versions;
import chatd.core.message.ChatId;
import chatd.core.message.UserId;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// The columns of `chats` that the state machine reads and writes, once for every statement.
final class ChatColumns {
  private ChatColumns() {}

  /// A column that changes; `parameterType` is the type that its value is sent in.
  private record Column(
      String name, String parameterType, String type, Function<ChatRow, @Nullable Object> value) {
    Column(String name, String type, Function<ChatRow, @Nullable Object> value) {
      this(name, type, type, value);
    }

    String castFromParameter() {
      return parameterType.equals(type) ? "" : "::" + type;
    }
  }

  private static final List<Column> STATE =
      List.of(
          new Column("status", "text", row -> name(row.status())),
          new Column("archived", "bool", row -> row.lifecycle().archived()),
          new Column("queued", "int4", row -> row.lifecycle().queued()),
          new Column("snapshot_version", "int8", row -> row.versions().snapshot()),
          new Column("history_version", "int8", row -> row.versions().history()),
          new Column("queue_version", "int8", row -> row.versions().queue()),
          new Column("retry_version", "int8", row -> row.versions().retry()),
          new Column("generation_attempt", "int8", row -> row.versions().attempt()),
          new Column("failed_attempt", "int8", row -> row.versions().failedAttempt()),
          new Column("owner", "uuid", ChatColumns::owner),
          new Column("run", "uuid", ChatColumns::run),
          new Column("turn", "bytea", row -> TurnCodec.encode(row.turn())),
          new Column("action_deadline", "timestamptz", ChatColumns::deadline),
          new Column("model_config_id", "uuid", row -> row.choice().modelConfigId()),
          new Column("reasoning_effort", "text", row -> row.choice().reasoningEffort()),
          // An array of arrays of different lengths does not exist, so each travels as its text.
          new Column("mcp_server_ids", "text", "uuid[]", row -> arrayText(row.choice())));

  /// To be read by [#row]; the table is called `c`.
  static final String SELECTED =
      "c.id, c.user_id, c.parent_id, c.root_id, "
          + STATE.stream().map(column -> "c." + column.name()).collect(Collectors.joining(", "));

  /// For an insert: names, and as many typed parameters.
  static final String NAMES = "id, user_id, parent_id, root_id, " + joined(", ", Column::name);

  static final String PARAMETERS =
      "?::uuid, ?::uuid, ?::uuid, ?::uuid, " + joined(", ", ChatColumns::parameter);

  /// For an update of one row.
  static final String ASSIGNED = joined(", ", column -> column.name() + " = " + parameter(column));

  /// For an update of many rows, from [#UNNESTED].
  static final String ASSIGNED_FROM_N =
      joined(", ", column -> column.name() + " = n." + column.name() + column.castFromParameter());

  /// A row source `n` with the new rows: one array parameter for the ids, one for each column.
  static final String UNNESTED =
      "unnest(?::uuid[], "
          + joined(", ", column -> "?::" + column.parameterType() + "[]")
          + ") as n (id, "
          + joined(", ", Column::name)
          + ")";

  static @Nullable Object[] parameters(ChatRow row) {
    var identity = row.identity();
    return concat(
        new @Nullable Object[] {
          identity.id().value(),
          identity.user().value(),
          identity.parent() == null ? null : identity.parent().value(),
          identity.root().value()
        },
        assigned(row));
  }

  static @Nullable Object[] assigned(ChatRow row) {
    return STATE.stream().map(column -> column.value().apply(row)).toArray();
  }

  static @Nullable Object[] unnested(List<ChatRow> rows) {
    List<@Nullable Object> arrays = new ArrayList<>();
    arrays.add(new Sql.Array("uuid", rows.stream().map(row -> row.id().value()).toList()));
    for (var column : STATE) {
      List<@Nullable Object> values = new ArrayList<>();
      rows.forEach(row -> values.add(column.value().apply(row)));
      arrays.add(new Sql.Array(column.parameterType(), values));
    }
    return arrays.toArray();
  }

  static ChatRow row(ResultSet row) throws SQLException {
    var owner = Rows.uuidOrNull(row, "owner");
    return new ChatRow(
        identity(row),
        new ChatRow.Lifecycle(
            status(row.getString("status")), row.getBoolean("archived"), row.getInt("queued")),
        versions(row),
        owner == null
            ? null
            : new Ownership(new ReplicaId(owner), new RunId(Rows.uuid(row, "run"))),
        TurnCodec.decode(Rows.bytesOrNull(row, "turn"), Rows.timeOrNull(row, "action_deadline")),
        new ModelChoice(
            Rows.uuidOrNull(row, "model_config_id"),
            Rows.textOrNull(row, "reasoning_effort"),
            Rows.uuids(row, "mcp_server_ids")));
  }

  private static ChatRow.Identity identity(ResultSet row) throws SQLException {
    var parent = Rows.uuidOrNull(row, "parent_id");
    return new ChatRow.Identity(
        new ChatId(Rows.uuid(row, "id")),
        new UserId(Rows.uuid(row, "user_id")),
        parent == null ? null : new ChatId(parent),
        new ChatId(Rows.uuid(row, "root_id")));
  }

  static Versions versions(ResultSet row) throws SQLException {
    return new Versions(
        row.getLong("snapshot_version"),
        row.getLong("history_version"),
        row.getLong("queue_version"),
        row.getLong("retry_version"),
        row.getLong("generation_attempt"),
        row.getLong("failed_attempt"));
  }

  static String name(ChatStatus status) {
    return status.name().toLowerCase(Locale.ROOT);
  }

  static ChatStatus status(String name) {
    return ChatStatus.valueOf(name.toUpperCase(Locale.ROOT));
  }

  private static @Nullable Object owner(ChatRow row) {
    return row.ownership() == null ? null : row.ownership().replica().value();
  }

  private static @Nullable Object run(ChatRow row) {
    return row.ownership() == null ? null : row.ownership().run().value();
  }

  private static @Nullable Object deadline(ChatRow row) {
    var deadline = row.turn().actionDeadline();
    return deadline == null ? null : deadline.toString();
  }

  private static String arrayText(ModelChoice choice) {
    return choice.mcpServerIds().stream()
        .map(UUID::toString)
        .collect(Collectors.joining(",", "{", "}"));
  }

  private static String parameter(Column column) {
    return "?::" + column.type();
  }

  private static String joined(String separator, Function<Column, String> text) {
    return STATE.stream().map(text).collect(Collectors.joining(separator));
  }

  private static @Nullable Object[] concat(@Nullable Object[] left, @Nullable Object[] right) {
    var all = Arrays.copyOf(left, left.length + right.length);
    System.arraycopy(right, 0, all, left.length, right.length);
    return all;
  }
}
