package chatd.server.postgres;

import chatd.core.chat.ReplicaId;
import chatd.engine.port.StoreException;
import chatd.engine.port.Time;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.postgresql.PGConnection;

/// Finds out whether a database is one that chatd can use, on two sessions of the kind that a
/// server uses. Nothing is left behind.
///
/// Every method throws [StoreException] if the database does not answer, or refuses.
public final class DatabaseCheckup implements AutoCloseable {
  private static final Duration HINT_MISSED = Duration.ofSeconds(3);
  private static final String CHANNEL = "chatd_checkup";
  private static final String SETTING = "chatd.checkup";
  private static final String PATIENCE_SECONDS = "10";
  private static final int LOOKS = 3;
  private static final DatabaseBounds BOUNDS = DatabaseBounds.DEFAULT;

  /// How poolers say no: something of the protocol that they do not take, and a statement prepared
  /// in a session that somebody else has now.
  private static final Set<String> REFUSED_BY_POOLERS = Set.of("08P01", "26000", "42P05");

  private final Connection one;
  private final Connection other;
  private final Time time;

  /// What answers there.
  ///
  /// @param number such as 180006 for 18.6
  /// @param standby it takes no writes
  public record Server(String version, int number, boolean standby) {}

  /// How a database is run, in its own words.
  ///
  /// @param connectionsMax for everybody but its administrators
  public record Care(
      boolean fsync, boolean fullPageWrites, String synchronousCommit, int connectionsMax) {}

  /// A replica that is not dead by the database.
  ///
  /// @param silent since its last sign of life
  public record Registered(ReplicaId id, String address, Duration silent) {}

  @FunctionalInterface
  interface Opening {
    Connection open() throws SQLException;
  }

  DatabaseCheckup(Opening opening, Time time) throws SQLException {
    this.time = time;
    this.one = opening.open();
    try {
      this.other = opening.open();
    } catch (SQLException e) {
      one.close();
      throw e;
    }
  }

  /// Connects.
  public static DatabaseCheckup of(DatabaseUrl url, Time time) {
    try {
      return connect(url, time);
    } catch (SQLException e) {
      throw new StoreException(
          StoreException.Kind.UNAVAILABLE,
          isRefusedByPooler(e) ? refusedByPooler(e) : Faults.reason(e),
          e);
    }
  }

  private static DatabaseCheckup connect(DatabaseUrl url, Time time) throws SQLException {
    var properties = url.properties();
    BOUNDS.applyTo(properties);
    // Whoever asks waits rather than hears of a way that is slow that there is none.
    properties.setProperty("connectTimeout", PATIENCE_SECONDS);
    properties.setProperty("loginTimeout", PATIENCE_SECONDS);
    properties.setProperty("ApplicationName", "chatd doctor");
    return new DatabaseCheckup(() -> DriverManager.getConnection(url.jdbc(), properties), time);
  }

  /// Finds out that nothing at this database breaks what chatd relies on. One that cannot be
  /// reached is left to whoever connects next.
  ///
  /// @throws StoreException if something does; the message is one sentence for the operator
  public static void require(DatabaseUrl url, Time time) {
    var why = Optional.<String>empty();
    try (var checkup = connect(url, time)) {
      why = checkup.pooler().or(checkup::encoding);
    } catch (SQLException e) {
      why = isRefusedByPooler(e) ? Optional.of(refusedByPooler(e)) : Optional.empty();
    }
    if (why.isPresent()) {
      throw new StoreException(
          StoreException.Kind.BROKEN,
          "The database %s cannot be used: %s.".formatted(url, why.get()));
    }
  }

  private static boolean isRefusedByPooler(SQLException e) {
    var state = e.getSQLState();
    return state != null && REFUSED_BY_POOLERS.contains(state);
  }

  private static String refusedByPooler(SQLException e) {
    return "a pooler in between refuses what chatd asks for (%s): connect directly"
        .formatted(Faults.reason(e));
  }

  private <T> T ask(Database.Work<T> work) {
    try {
      return work.on(one);
    } catch (SQLException e) {
      throw Faults.inStatement(e);
    }
  }

  private static String text(Connection connection, String sql, Object... values)
      throws SQLException {
    return Sql.of(sql, values)
        .first(connection, row -> String.valueOf(row.getString(1)))
        .orElseThrow();
  }

  public Server server() {
    return ask(connection ->
        Sql.of(
                """
                select current_setting('server_version') as version,
                  current_setting('server_version_num')::int as number,
                  pg_is_in_recovery() as standby
                """)
            .first(
                connection,
                row ->
                    new Server(
                        String.valueOf(row.getString("version")),
                        row.getInt("number"),
                        row.getBoolean("standby")))
            .orElseThrow());
  }

  /// Whether the sessions are encrypted on their way.
  public boolean isEncrypted() {
    return ask(connection ->
        text(connection, "select ssl from pg_stat_ssl where pid = pg_backend_pid()").equals("t"));
  }

  /// Makes a table and takes that back.
  public void requireTables() {
    ask(connection -> {
      connection.setAutoCommit(false);
      try {
        var name = "chatd_checkup_" + UUID.randomUUID().toString().replace('-', '_');
        return Sql.of("create table " + name + " (id uuid primary key)").update(connection);
      } finally {
        connection.rollback();
        connection.setAutoCommit(true);
      }
    });
  }

  /// Whose the tables are, if they are not this role's.
  public Optional<String> strangeOwner() {
    return ask(connection ->
        Sql.of(
                """
                select pg_get_userbyid(relowner) as owner from pg_class
                where oid = to_regclass('chats') and not pg_has_role(relowner, 'member')
                """)
            .first(connection, row -> String.valueOf(row.getString("owner"))));
  }

  /// The newest change of tables that was made here; empty: chatd has never been here.
  public Optional<String> tables() {
    return ask(connection -> {
      var known = text(connection, "select to_regclass('flyway_schema_history') is not null");
      return known.equals("t")
          ? Sql.of(
                  """
                  select version from flyway_schema_history where success and version is not null
                  order by installed_rank desc limit 1
                  """)
              .first(connection, row -> String.valueOf(row.getString("version")))
          : Optional.empty();
    });
  }

  /// What a pooler in between takes away, and what to do; empty: nothing.
  public Optional<String> pooler() {
    if (!keepsSessions()) {
      return Optional.of("a pooler in between lends sessions out: connect directly");
    }
    return hasBounds()
        ? Optional.empty()
        : Optional.of(
            "a pooler in between drops the options that chatd connects with: connect directly");
  }

  /// Without them a frozen process would hold a row for as long as it likes.
  private boolean hasBounds() {
    return ask(connection ->
        text(connection, "select setting from pg_settings where name = 'lock_timeout'")
            .equals(Long.toString(BOUNDS.lock().toMillis())));
  }

  /// What text the database cannot keep, and what to do; empty: it takes any.
  public Optional<String> encoding() {
    var encoding = ask(connection -> text(connection, "select current_setting('server_encoding')"));
    return encoding.equals("UTF8")
        ? Optional.empty()
        : Optional.of(
            "its encoding is %s; make one with encoding 'UTF8' and template template0"
                .formatted(encoding));
  }

  /// Whether a session is one, from one transaction to the next. Behind a pooler that lends them
  /// out it is not: while another transaction is open, ours gets another session, or is refused.
  boolean keepsSessions() {
    try {
      return seesOneSession(one);
    } catch (SQLException e) {
      if (isRefusedByPooler(e)) {
        return false;
      }
      throw Faults.inStatement(e);
    }
  }

  private boolean seesOneSession(Connection connection) throws SQLException {
    var mark = UUID.randomUUID().toString();
    text(connection, "select set_config(?, ?, false)", SETTING, mark);
    var session = text(connection, "select pg_backend_pid()");
    other.setAutoCommit(false);
    try {
      text(other, "select 1");
      for (var look = 0; look < LOOKS; look++) {
        if (!text(connection, "select pg_backend_pid()").equals(session)
            || !text(connection, "select current_setting(?, true)", SETTING).equals(mark)) {
          return false;
        }
      }
    } finally {
      giveBack(other);
    }
    return true;
  }

  private static void giveBack(Connection connection) throws SQLException {
    if (!connection.isClosed()) {
      connection.rollback();
      connection.setAutoCommit(true);
    }
  }

  /// How long a notification takes from one session to the other; empty: it does not arrive.
  public Optional<Duration> hintDelay() {
    return ask(connection -> {
      try (var statement = connection.createStatement()) {
        statement.execute("listen " + CHANNEL);
      }
      var sentAt = time.nanos();
      text(other, "select pg_notify(?, '')", CHANNEL);
      var heard =
          connection.unwrap(PGConnection.class).getNotifications((int) HINT_MISSED.toMillis());
      var taken = Duration.ofNanos(time.nanos() - sentAt);
      try (var statement = connection.createStatement()) {
        statement.execute("unlisten " + CHANNEL);
      }
      return heard.length == 0 ? Optional.empty() : Optional.of(taken);
    });
  }

  /// How far the clock of the database is ahead of ours; negative: behind.
  public Duration clockAhead() {
    return ask(connection -> {
      var before = time.now();
      var there =
          Sql.of("select extract(epoch from clock_timestamp()) * 1000 as now")
              .first(connection, row -> Instant.ofEpochMilli((long) row.getDouble("now")))
              .orElseThrow();
      var here = before.plus(Duration.between(before, time.now()).dividedBy(2));
      return Duration.between(here, there);
    });
  }

  public Care care() {
    return ask(connection ->
        Sql.of(
                """
                select current_setting('fsync')::bool as fsync,
                  current_setting('full_page_writes')::bool as full_page_writes,
                  current_setting('synchronous_commit') as synchronous_commit,
                  current_setting('max_connections')::int
                    - current_setting('superuser_reserved_connections')::int as connections_max
                """)
            .first(
                connection,
                row ->
                    new Care(
                        row.getBoolean("fsync"),
                        row.getBoolean("full_page_writes"),
                        String.valueOf(row.getString("synchronous_commit")),
                        row.getInt("connections_max")))
            .orElseThrow());
  }

  /// The replicas of the deployment. There must be tables.
  public List<Registered> replicas() {
    return ask(connection ->
        Sql.of(
                """
                select id, address, extract(epoch from clock_timestamp() - beat_at) * 1000 as silent
                from replicas where state <> 'dead' order by address
                """)
            .list(
                connection,
                row ->
                    new Registered(
                        new ReplicaId(Rows.uuid(row, "id")),
                        String.valueOf(row.getString("address")),
                        Duration.ofMillis((long) row.getDouble("silent")))));
  }

  @Override
  public void close() {
    for (var connection : List.of(one, other)) {
      try {
        connection.close();
      } catch (SQLException _) {
        // It is gone already.
      }
    }
  }
}
