package chatd.server.postgres;

import java.sql.Connection;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/// A connection outside the pool for one caller at a time, opened when it is needed.
///
/// It is never renewed within a call: who compares what two calls saw must know that a fault lay
/// between them, because the session is then another one.
final class ApartConnection implements AutoCloseable {
  private final Database database;
  private @Nullable Connection connection;
  private long session;
  private boolean closed;

  ApartConnection(Database database) {
    this.database = database;
  }

  /// The number of the session that the last call used; each new one has another.
  synchronized long session() {
    return session;
  }

  /// Runs one statement.
  synchronized <T> T single(Database.Work<T> work) {
    try {
      return database.counted(open(), work);
    } catch (SQLException e) {
      drop();
      throw database.failed(e);
    }
  }

  private Connection open() throws SQLException {
    if (closed) {
      throw new SQLException("closed", "08003");
    }
    if (connection == null) {
      connection = database.connectApart();
      session++;
    }
    return connection;
  }

  private void drop() {
    if (connection != null) {
      try {
        connection.close();
      } catch (SQLException _) {
        // It is broken already.
      }
      connection = null;
    }
  }

  @Override
  public synchronized void close() {
    closed = true;
    drop();
  }
}
