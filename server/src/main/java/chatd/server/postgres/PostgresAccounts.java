package chatd.server.postgres;

import chatd.core.message.UserId;
import chatd.engine.port.Accounts;
import chatd.engine.port.Sessions;
import chatd.server.wire.TextCodec;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/// People and the hashes of their tokens.
public final class PostgresAccounts implements Accounts, Sessions {
  private static final String USER_COLUMNS =
      "u.id as user_id, u.username, u.name, u.email, u.administrator, u.created_at, u.updated_at";
  private static final String ADMINISTRATOR = "admin";

  /// The name of the one token that comes from the settings.
  private static final String FIRST_TOKEN = "first token";

  private final Database database;

  public PostgresAccounts(Database database) {
    this.database = database;
  }

  @Override
  public Optional<Session> session(byte[] tokenHash) {
    return database.single(connection ->
        Sql.of(
                "select t.id as token_id, t.expires_at, "
                    + USER_COLUMNS
                    + """
                     from tokens t join users u on u.id = t.user_id
                    where t.hash = ?
                      and (t.expires_at is null or t.expires_at > clock_timestamp())
                    """,
                tokenHash)
            .first(
                connection,
                row ->
                    new Session(
                        Rows.uuid(row, "token_id"),
                        user(row),
                        Rows.timeOrNull(row, "expires_at"))));
  }

  @Override
  public Set<UUID> live(Set<UUID> tokens) {
    return database.single(connection ->
        Set.copyOf(
            Sql.of(
                    """
                    select id from tokens
                     where id = any (?)
                       and (expires_at is null or expires_at > clock_timestamp())
                    """,
                    new Sql.Array("uuid", List.copyOf(tokens)))
                .list(connection, row -> Rows.uuid(row, "id"))));
  }

  @Override
  public Optional<User> find(UserId user) {
    return database.single(connection ->
        Sql.of("select " + USER_COLUMNS + " from users u where u.id = ?", user.value())
            .first(connection, PostgresAccounts::user));
  }

  @Override
  public User ensureAdministrator(byte[] tokenHash, boolean isOnly) {
    return database.transaction(connection -> {
      Sql.of(
              """
              insert into users (username, name, email, administrator)
              values (?, ?, 'admin@localhost', true)
              on conflict (username) do update set administrator = true
              """,
              ADMINISTRATOR,
              TextCodec.encode("Administrator"))
          .update(connection);
      Sql.of(
              """
              insert into tokens (user_id, hash, name)
              select id, ?, ? from users where username = ?
              on conflict (hash) do update
                set user_id = excluded.user_id, expires_at = null
              """,
              tokenHash,
              TextCodec.encode(FIRST_TOKEN),
              ADMINISTRATOR)
          .update(connection);
      if (isOnly) {
        Sql.of(
                "delete from tokens where name = ? and hash <> ?",
                TextCodec.encode(FIRST_TOKEN),
                tokenHash)
            .update(connection);
      }
      return Sql.of("select " + USER_COLUMNS + " from users u where u.username = ?", ADMINISTRATOR)
          .first(connection, PostgresAccounts::user)
          .orElseThrow();
    });
  }

  private static User user(ResultSet row) throws SQLException {
    var name = Rows.bytesOrNull(row, "name");
    return new User(
        new UserId(Rows.uuid(row, "user_id")),
        row.getString("username"),
        name == null ? null : TextCodec.decode(name),
        row.getString("email"),
        row.getBoolean("administrator"),
        Rows.time(row, "created_at"),
        Rows.time(row, "updated_at"));
  }
}
