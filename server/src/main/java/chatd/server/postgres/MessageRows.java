package chatd.server.postgres;

import chatd.core.message.ChatId;
import chatd.core.message.Message;
import chatd.core.message.MessageBody;
import chatd.core.message.QueuedMessage;
import chatd.core.message.Role;
import chatd.core.message.ToolSpec;
import chatd.core.message.UserId;
import chatd.core.turn.TurnContext;
import chatd.server.wire.ContentCodec;
import chatd.server.wire.UsageCodec;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// Committed and queued messages.
final class MessageRows {
  private MessageRows() {}

  private static final String SELECT =
      """
      select id, revision, role, content, hidden, created_by, model_config_id, usage, created_at
      from messages
      """;

  private static final String CONTEXT =
      """
      select id, revision, role, content, hidden, created_by, model_config_id, usage, created_at,
        null as client_tools
      from messages where chat_id = ?
      union all
      select null, null, null, null, null, null, null, null, null, client_tools
      from chats where id = ? and client_tools is not null
      order by id
      """;

  /// The whole history, system rows included.
  static List<Message> history(Connection connection, ChatId chat) throws SQLException {
    return Sql.of(SELECT + "where chat_id = ? order by id", chat.value())
        .list(connection, MessageRows::message);
  }

  /// The whole history and, in the same statement, the tools of the client, if there are any.
  static TurnContext context(Connection connection, ChatId chat) throws SQLException {
    List<Message> history = new ArrayList<>();
    List<ToolSpec> tools = new ArrayList<>();
    Sql.of(CONTEXT, chat.value(), chat.value())
        .list(
            connection,
            row -> {
              var offered = Rows.bytesOrNull(row, "client_tools");
              return offered == null
                  ? history.add(message(row))
                  : tools.addAll(ToolSpecCodec.decode(offered));
            });
    return new TurnContext(history, tools);
  }

  static Optional<Message> visible(Connection connection, ChatId chat, long id)
      throws SQLException {
    return Sql.of(SELECT + "where chat_id = ? and id = ? and role <> 'system'", chat.value(), id)
        .first(connection, MessageRows::message);
  }

  static Optional<Message> firstVisible(Connection connection, ChatId chat) throws SQLException {
    return Sql.of(
            SELECT + "where chat_id = ? and role <> 'system' order by id limit 1", chat.value())
        .first(connection, MessageRows::message);
  }

  /// In the order of execution.
  static List<QueuedMessage> queue(Connection connection, ChatId chat) throws SQLException {
    return Sql.of(
            """
            select id, content, created_by, model_config_id, reasoning_effort, created_at
            from queued_messages where chat_id = ? order by position, id
            """,
            chat.value())
        .list(connection, MessageRows::queued);
  }

  static Message message(ResultSet row) throws SQLException {
    var usage = Rows.textOrNull(row, "usage");
    return new Message(
        row.getLong("id"),
        row.getLong("revision"),
        Rows.time(row, "created_at"),
        new MessageBody(
            role(row.getString("role")),
            ContentCodec.decode(row.getBytes("content"), Rows.bytesOrNull(row, "hidden")),
            user(Rows.uuidOrNull(row, "created_by")),
            Rows.uuidOrNull(row, "model_config_id"),
            usage == null ? null : UsageCodec.decode(usage)));
  }

  static QueuedMessage queued(ResultSet row) throws SQLException {
    var content = row.getBytes("content");
    return new QueuedMessage(
        row.getLong("id"),
        Rows.time(row, "created_at"),
        new QueuedMessage.Body(
            ContentCodec.decode(content, null),
            new UserId(Rows.uuid(row, "created_by")),
            Rows.uuidOrNull(row, "model_config_id"),
            Rows.textOrNull(row, "reasoning_effort"),
            content.length));
  }

  static @Nullable UserId user(@Nullable UUID id) {
    return id == null ? null : new UserId(id);
  }

  static String name(Role role) {
    return role.name().toLowerCase(Locale.ROOT);
  }

  static Role role(String name) {
    return Role.valueOf(name.toUpperCase(Locale.ROOT));
  }
}
