package chatd.server.postgres;

import chatd.core.message.UserId;
import chatd.engine.port.Accounts;
import chatd.engine.port.Sessions;
import chatd.server.wire.TextCodec;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
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

  /// Whoever finds the row locked leaves it: somebody else is noting the same.
  private static final String NOTE_USE =
      """
      with used as (
        update tokens set last_used_at = clock_timestamp()
        where id = (
          select id from tokens
          where hash = ?
            and (expires_at is null or expires_at > clock_timestamp())
            and (last_used_at is null
              or last_used_at < clock_timestamp() - interval '1 minute')
          for update skip locked))
      """;

  private static final String TOKEN_COLUMNS = "id, name, created_at, expires_at, last_used_at";

  private final Database database;

  public PostgresAccounts(Database database) {
    this.database = database;
  }

  @Override
  public Optional<Session> session(byte[] tokenHash) {
    return database.single(connection ->
        Sql.of(NOTE_USE, tokenHash)
            .add("select t.id as token_id, t.expires_at, ")
            .add(USER_COLUMNS)
            .add(
                """
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
  public Optional<User> find(String username) {
    return database.single(connection ->
        Sql.of("select " + USER_COLUMNS + " from users u where u.username = ?", username)
            .first(connection, PostgresAccounts::user));
  }

  @Override
  public People list(int limit, long offset) {
    List<User> users = new ArrayList<>();
    var counts =
        database.single(connection ->
            Sql.of(
                    "select people.count, "
                        + USER_COLUMNS
                        + """
                         from (select count(*) from users) as people
                          left join (select * from users order by created_at, id limit ? offset ?)
                            as u on true
                        order by u.created_at, u.id
                        """,
                    limit,
                    offset)
                .list(
                    connection,
                    row -> {
                      if (row.getObject("user_id") != null) {
                        users.add(user(row));
                      }
                      return row.getLong("count");
                    }));
    return new People(users, counts.getFirst());
  }

  @Override
  public Optional<User> create(NewUser user) {
    return database.single(connection ->
        Sql.of(
                """
                insert into users as u (username, email, administrator) values (?, ?, ?)
                on conflict do nothing returning
                """,
                user.username(),
                user.email(),
                user.administrator())
            .add(USER_COLUMNS)
            .first(connection, PostgresAccounts::user));
  }

  @Override
  public Optional<Token> issue(UserId user, byte[] hash, NewToken token, int max) {
    return database.transaction(connection -> {
      // One after the other, and counted by a statement that sees the ones before.
      Sql.of("select 1 from users where id = ? for no key update", user.value())
          .list(connection, row -> row.getInt(1));
      return Sql.of(
              """
              insert into tokens (user_id, hash, name, issued, expires_at)
              select ?, ?, ?, true, clock_timestamp() + make_interval(secs => ?)
              where ? > (select count(*) from tokens
                where user_id = ? and issued and expires_at > clock_timestamp())
              returning
              """,
              user.value(),
              hash,
              TextCodec.encode(token.name()),
              (double) token.lifetime().toSeconds(),
              max,
              user.value())
          .add(TOKEN_COLUMNS)
          .first(connection, PostgresAccounts::token);
    });
  }

  @Override
  public List<Token> tokens(UserId user) {
    return database.single(connection ->
        Sql.of("select " + TOKEN_COLUMNS)
            .add(
                """
                 from tokens where user_id = ? and issued and expires_at > clock_timestamp()
                order by created_at, id
                """,
                user.value())
            .list(connection, PostgresAccounts::token));
  }

  @Override
  public boolean revoke(UserId user, UUID token) {
    return database.single(connection ->
        Sql.of("delete from tokens where id = ? and user_id = ? and issued", token, user.value())
                .update(connection)
            == 1);
  }

  @Override
  public User ensureAdministrator(byte[] tokenHash, boolean isOnly) {
    return database.transaction(connection -> {
      // Of all that is unique about it: two replicas may be the first at once.
      Sql.of(
              """
              insert into users (username, name, email, administrator)
              values (?, ?, 'admin@localhost', true) on conflict do nothing
              """,
              ADMINISTRATOR,
              TextCodec.encode("Administrator"))
          .update(connection);
      Sql.of(
              "update users set administrator = true where username = ? and not administrator",
              ADMINISTRATOR)
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
                "delete from tokens where name = ? and hash <> ? and not issued",
                TextCodec.encode(FIRST_TOKEN),
                tokenHash)
            .update(connection);
      }
      return Sql.of("select " + USER_COLUMNS + " from users u where u.username = ?", ADMINISTRATOR)
          .first(connection, PostgresAccounts::user)
          .orElseThrow();
    });
  }

  private static Token token(ResultSet row) throws SQLException {
    return new Token(
        Rows.uuid(row, "id"),
        TextCodec.decode(row.getBytes("name")),
        Rows.time(row, "created_at"),
        Rows.time(row, "expires_at"),
        Rows.timeOrNull(row, "last_used_at"));
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
