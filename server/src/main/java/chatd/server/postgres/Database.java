package chatd.server.postgres;

import chatd.core.chat.ReplicaId;
import chatd.engine.port.StoreException;
import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Properties;

/// The way to one database: a bounded pool, and plain connections for those who need their own.
///
/// Every connection carries the replica's id as its application name, so that others can end what a
/// dead replica left behind.
public final class Database implements AutoCloseable {
  private final DatabaseUrl url;
  private final DatabaseBounds bounds;
  private volatile ReplicaId replica;
  private final HikariDataSource pool;
  private final DatabaseCounts counts = new DatabaseCounts();

  public Database(DatabaseUrl url, DatabaseBounds bounds, ReplicaId replica, int connectionsMax) {
    this.url = url;
    this.bounds = bounds;
    this.replica = replica;
    this.pool = new HikariDataSource(poolConfig(connectionsMax));
  }

  /// This process goes on under a new id, and so do its connections: those at work when their work
  /// is done.
  public void become(ReplicaId id) {
    replica = id;
    pool.getHikariPoolMXBean().softEvictConnections();
  }

  /// What is done with a connection.
  @FunctionalInterface
  interface Work<T> {
    T on(Connection connection) throws SQLException;
  }

  DatabaseBounds bounds() {
    return bounds;
  }

  /// Runs one statement that is its own transaction and may be repeated.
  <T> T single(Work<T> work) {
    try (var connection = pool.getConnection()) {
      return counted(connection, work);
    } catch (SQLException e) {
      throw failed(e);
    }
  }

  /// Statements of this work are counted here.
  <T> T counted(Connection connection, Work<T> work) throws SQLException {
    return Sql.countedIn(counts.statements(), () -> work.on(connection));
  }

  /// A fault, which is counted.
  StoreException failed(SQLException e) {
    counts.faults().increment();
    return Faults.inStatement(e);
  }

  /// Runs one transaction. It commits when `work` returns, unless `work` has rolled it back.
  <T> T transaction(Work<T> work) {
    var connection = open();
    try {
      connection.setAutoCommit(false);
      var result = attempt(connection, work);
      commit(connection);
      counts.transactions().increment();
      return result;
    } catch (SQLException e) {
      throw failed(e);
    } finally {
      giveBack(connection);
    }
  }

  private Connection open() {
    try {
      return pool.getConnection();
    } catch (SQLException e) {
      throw failed(e);
    }
  }

  private static void giveBack(Connection connection) {
    try {
      connection.close();
    } catch (SQLException _) {
      // Broken, and dropped by the pool. What was committed is committed.
    }
  }

  private <T> T attempt(Connection connection, Work<T> work) throws SQLException {
    var finished = false;
    try {
      var result = counted(connection, work);
      finished = true;
      return result;
    } finally {
      if (!finished) {
        rollback(connection);
      }
    }
  }

  private void commit(Connection connection) {
    try {
      connection.commit();
    } catch (SQLException e) {
      counts.faults().increment();
      throw Faults.inCommit(e);
    }
  }

  private static void rollback(Connection connection) {
    try {
      connection.rollback();
    } catch (SQLException _) {
      // The connection is broken: the database rolls back by itself, and the pool drops it.
    }
  }

  /// A connection outside the pool, whose silence is noticed within two seconds.
  Connection connectApart() throws SQLException {
    return connect(bounds.urgent());
  }

  private Connection connect(DatabaseBounds limits) throws SQLException {
    return DriverManager.getConnection(url.jdbc(), properties(limits));
  }

  /// Whether the database answers.
  public boolean isReachable() {
    try {
      return single(connection -> connection.isValid(1));
    } catch (StoreException _) {
      return false;
    }
  }

  /// What was done here since the start.
  public DatabaseCounts counts() {
    return counts;
  }

  /// How many connections of the pool somebody works with at the moment.
  public int connectionsInUse() {
    return pool.getHikariPoolMXBean().getActiveConnections();
  }

  /// How many wait for a connection of the pool at the moment.
  public int waitingForConnection() {
    return pool.getHikariPoolMXBean().getThreadsAwaitingConnection();
  }

  /// How many connections the pool may have.
  public int connectionsMax() {
    return pool.getMaximumPoolSize();
  }

  private HikariConfig poolConfig(int connectionsMax) {
    var config = new HikariConfig();
    config.setDataSource(new PoolSource(() -> connect(bounds), bounds.connect()));
    config.setMaximumPoolSize(connectionsMax);
    config.setMinimumIdle(Math.min(2, connectionsMax));
    config.setConnectionTimeout(bounds.lock().toMillis());
    config.setValidationTimeout(Duration.ofSeconds(1).toMillis());
    config.setPoolName("chatd");
    // The caller decides what an unreachable database means at start.
    config.setInitializationFailTimeout(-1);
    return config;
  }

  private Properties properties(DatabaseBounds limits) {
    var properties = url.properties();
    limits.applyTo(properties);
    // What the database adds to an error quotes rows, and errors are logged.
    properties.setProperty("logServerErrorDetail", "false");
    properties.setProperty("ApplicationName", replica.toString());
    // It holds values of rows, and whoever reads the log must not see what users write.
    properties.setProperty("logServerErrorDetail", "false");
    return properties;
  }

  @Override
  public void close() {
    pool.close();
  }
}
