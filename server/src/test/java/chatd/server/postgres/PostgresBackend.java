package chatd.server.postgres;

import chatd.core.message.UserId;
import chatd.engine.port.Accounts;
import chatd.engine.port.ChatLists;
import chatd.engine.port.StoreFixture;
import chatd.engine.port.Time;
import chatd.engine.port.TitleClaims;
import chatd.server.postgres.embedded.TestPostgres;
import chatd.server.wire.TextCodec;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// A deployment's stores over a database of its own, for tests of those who use them.
public final class PostgresBackend implements AutoCloseable {
  private static final String TABLES =
      """
      select table_name from information_schema.tables
      where table_schema = current_schema() and table_type = 'BASE TABLE'
      """;

  private final PostgresFixture fixture;

  public PostgresBackend(TestPostgres postgres) {
    fixture = new PostgresFixture(postgres);
  }

  public StoreFixture stores() {
    return fixture;
  }

  public ChatLists lists() {
    return new PostgresChatLists(fixture.database());
  }

  public Accounts accounts() {
    return new PostgresAccounts(fixture.database());
  }

  public TitleClaims titleClaims() {
    return new PostgresTitleClaims(fixture.database());
  }

  public Time time() {
    return fixture.time();
  }

  /// A new user with this name for people to see.
  public UserId newUser(String name) {
    var user = fixture.newUser();
    run(Sql.of("update users set name = ? where id = ?", TextCodec.encode(name), user.value()));
    return user;
  }

  public void makeAdministrator(UserId user) {
    run(Sql.of("update users set administrator = true where id = ?", user.value()));
  }

  /// Lets the user sign in with the token of this hash, for so long.
  public void addToken(UserId user, byte[] hash, Duration lifetime) {
    run(
        Sql.of(
            """
            insert into tokens (user_id, hash, name, expires_at)
            values (?, ?, ?, clock_timestamp() + make_interval(secs => ?))
            """,
            user.value(),
            hash,
            TextCodec.encode("test"),
            (double) lifetime.toSeconds()));
  }

  /// Ends every session of the user.
  public void removeTokens(UserId user) {
    run(Sql.of("delete from tokens where user_id = ?", user.value()));
  }

  /// Every row of every table by its name, but for when tokens were used: whoever asks uses one.
  public Map<String, List<String>> rows() {
    return fixture
        .database()
        .single(connection -> {
          Map<String, List<String>> rows = new TreeMap<>();
          for (var table : Sql.of(TABLES).list(connection, row -> row.getString(1))) {
            var all =
                Sql.of("select (to_jsonb(t) - 'last_used_at')::text from ")
                    .add(table)
                    .add(" t order by 1");
            rows.put(table, all.list(connection, row -> row.getString(1)));
          }
          return rows;
        });
  }

  /// Whether this stands anywhere among the tokens and the people, as it is.
  public boolean storesText(String text) {
    return fixture
        .database()
        .single(connection ->
            Sql.of(
                    """
                    select 1 from (select t::text from tokens t union all select u::text from users u)
                      as stored (row) where position(?::text in row) > 0
                      or position(encode(convert_to(?::text, 'UTF8'), 'hex') in row) > 0
                    """,
                    text,
                    text)
                .first(connection, row -> true))
        .isPresent();
  }

  /// As if every claim on a title had been there for long.
  public void endTitleClaims() {
    run(Sql.of("update title_claims set ends_at = clock_timestamp()"));
  }

  private void run(Sql sql) {
    fixture.database().single(sql::update);
  }

  /// Takes the database away.
  public void cut() {
    fixture.database().close();
  }

  @Override
  public void close() throws SQLException {
    fixture.close();
  }
}
