package chatd.server.postgres;

import java.time.Duration;
import java.util.Properties;

/// How long anything at the database may take. Each is enforced by the database or the driver, so a
/// process that froze or was cut off cannot hold a row for longer.
///
/// `idleInTransaction` bounds a transaction whose client says nothing, `lock` the wait for one row,
/// `statement` one statement, `socket` the wait for an answer, `connect` the way to a connection.
public record DatabaseBounds(
    Duration idleInTransaction,
    Duration lock,
    Duration statement,
    Duration socket,
    Duration connect) {

  public static final DatabaseBounds DEFAULT =
      new DatabaseBounds(
          Duration.ofSeconds(2),
          Duration.ofSeconds(3),
          Duration.ofSeconds(4),
          Duration.ofSeconds(5),
          Duration.ofSeconds(2));

  public DatabaseBounds {
    if (socket.compareTo(idleInTransaction) <= 0
        || socket.compareTo(lock) <= 0
        || socket.compareTo(statement) <= 0) {
      throw new IllegalArgumentException("the socket must outwait the database");
    }
  }

  /// For a connection whose silence must be noticed quickly: the heartbeat's, the listener's.
  DatabaseBounds urgent() {
    var soon = Duration.ofSeconds(2);
    return new DatabaseBounds(
        soon.dividedBy(2), soon.dividedBy(2), soon.dividedBy(2), soon, connect);
  }

  void applyTo(Properties properties) {
    properties.setProperty("connectTimeout", seconds(connect));
    properties.setProperty("loginTimeout", seconds(connect));
    properties.setProperty("socketTimeout", seconds(socket));
    properties.setProperty("tcpKeepAlive", "true");
    properties.setProperty(
        "options",
        "-c idle_in_transaction_session_timeout=%d -c lock_timeout=%d -c statement_timeout=%d"
                .formatted(idleInTransaction.toMillis(), lock.toMillis(), statement.toMillis())
            // Who waited for a row goes on with what it has become, whatever the server's default.
            + " -c default_transaction_isolation=read\\ committed"
            // The database notices by itself that its client is gone.
            + " -c tcp_keepalives_idle=2 -c tcp_keepalives_interval=1 -c tcp_keepalives_count=2"
            + " -c tcp_user_timeout=5000");
  }

  private static String seconds(Duration duration) {
    return Long.toString(Math.max(1, duration.toSeconds()));
  }
}
