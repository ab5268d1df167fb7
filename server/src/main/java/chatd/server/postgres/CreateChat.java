package chatd.server.postgres;

import chatd.core.chat.ChatCommand;
import chatd.core.chat.ChatMachine;
import chatd.engine.port.Chat;
import chatd.engine.port.Outcome;
import chatd.server.wire.TextCodec;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// Writes a new chat with its first messages.
final class CreateChat {
  private CreateChat() {}

  private record Owner(Chat.Owner name, Instant now) {}

  static Outcome write(
      Connection connection, ChatCommand.Create command, Chat.Description description)
      throws SQLException {
    var decision = ChatMachine.create(command);
    var row = decision.row();
    var owner = owner(connection, command);
    var now = owner.now();
    var bodies = ChatWrite.inserted(decision.effects());
    var sql =
        Sql.of("with made as (insert into chats (" + ChatColumns.NAMES)
            .add(
                """
                , title, title_search, titled_by_person, labels, label_search, client_type,
                  client_tools, due_since, created_at, updated_at)
                """)
            .add("values (" + ChatColumns.PARAMETERS, ChatColumns.parameters(row))
            .add(
                ", ?, ?, ?, ?, ?, ?, ?::bytea, ?, ?, ?)), inserted as (",
                TextCodec.encode(description.title()),
                TextCodec.searchable(description.title()),
                description.titledByPerson(),
                TextCodec.encode(description.labels()),
                labels(description.labels()),
                description.clientType().name().toLowerCase(Locale.ROOT),
                ToolSpecCodec.encode(command.clientTools()),
                now,
                now,
                now);
    ChatWrite.insertMessages(sql, row.id(), row.versions().history(), bodies, now);
    var ids =
        sql.add(" returning id) select id from inserted")
            .list(connection, result -> result.getLong("id"));
    var marks = new Chat.Marks(0, false, now, now);
    return new Outcome.Done(
        new Chat(row, description, owner.name(), marks),
        now,
        ChatWrite.messages(ids, bodies, row.versions().history(), now),
        null,
        List.of(),
        List.of());
  }

  private static Owner owner(Connection connection, ChatCommand.Create command)
      throws SQLException {
    return Sql.of(
            "select username, name, clock_timestamp() as now from users where id = ?",
            command.identity().user().value())
        .first(
            connection,
            row -> {
              var name = Rows.bytesOrNull(row, "name");
              return new Owner(
                  new Chat.Owner(
                      row.getString("username"), name == null ? null : TextCodec.decode(name)),
                  Rows.time(row, "now"));
            })
        .orElseThrow(() -> new SQLException("no such user", "23503"));
  }

  /// Labels as they are searched for.
  static Sql.Array labels(Map<String, String> labels) {
    List<String> all = new ArrayList<>();
    labels.forEach((key, value) -> all.add(TextCodec.label(key, value)));
    return new Sql.Array("text", all);
  }
}
