package chatd.bench;

import chatd.bench.Cluster.Replica;
import chatd.bench.process.DiagnosticCommand;
import chatd.bench.process.ProcessTimes;
import chatd.server.postgres.embedded.TestPostgres.TestDatabase;
import java.io.IOException;
import java.sql.SQLException;
import java.util.List;

/// What replicas hold on to: the most that any of them has of each.
///
/// @param heapKib what is reachable after collection, without what is held under a budget: those
///   are kept full
/// @param threads platform and virtual ones
/// @param openFiles files and sockets
/// @param connections of all replicas to the database
record Vitals(long heapKib, long threads, long openFiles, long connections) {

  static Vitals of(List<Replica> replicas, TestDatabase database)
      throws IOException, InterruptedException, SQLException {
    var heap = 0L;
    var threads = 0L;
    var files = 0L;
    for (var replica : replicas) {
      var pid = replica.process().pid();
      heap = Math.max(heap, DiagnosticCommand.liveHeapKib(pid) - budgetedKib(replica));
      threads = Math.max(threads, DiagnosticCommand.threads(pid));
      files = Math.max(files, ProcessTimes.openFiles(pid));
    }
    return new Vitals(heap, threads, files, connections(database));
  }

  private static long budgetedKib(Replica replica) throws IOException, InterruptedException {
    return Budgets.heldBytes(replica.client().figures()) / 1024;
  }

  private static long connections(TestDatabase database) throws SQLException {
    try (var connection = database.connect();
        var statement = connection.createStatement();
        var rows =
            statement.executeQuery(
                "select count(*) from pg_stat_activity"
                    + " where datname = current_database() and pid <> pg_backend_pid()")) {
      rows.next();
      return rows.getLong(1);
    }
  }
}
