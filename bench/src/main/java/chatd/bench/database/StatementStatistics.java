package chatd.bench.database;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.Map;

/// The database's own count of what it executed, by `pg_stat_statements`.
public final class StatementStatistics implements AutoCloseable {
  private static final String OWN = "/* bench */";

  private final Connection connection;

  private StatementStatistics(Connection connection) {
    this.connection = connection;
  }

  public static StatementStatistics of(String jdbcUrl) throws SQLException {
    var connection = DriverManager.getConnection(jdbcUrl);
    try (var statement = connection.createStatement()) {
      statement.execute("create extension if not exists pg_stat_statements");
    }
    return new StatementStatistics(connection);
  }

  /// How often each statement was executed in this database so far, without those of this object.
  public Map<String, Long> calls() throws SQLException {
    try (var statement = connection.createStatement();
        var rows =
            statement.executeQuery(
                """
                select /* bench */ query, sum(calls)
                from pg_stat_statements
                where dbid = (select oid from pg_database where datname = current_database())
                group by query
                """)) {
      var calls = new HashMap<String, Long>();
      while (rows.next()) {
        var query = rows.getString(1).replaceAll("\\s+", " ").strip();
        if (!query.contains(OWN)) {
          calls.merge(query, rows.getLong(2), Long::sum);
        }
      }
      return calls;
    }
  }

  @Override
  public void close() throws SQLException {
    connection.close();
  }
}
