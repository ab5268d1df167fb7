package chatd.server.cli;

import chatd.engine.port.ReplicaDirectory.Replica;
import chatd.server.wire.WireTime;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/// Replicas as a table for people: those that serve first, the dead last. What may be long is in
/// the last column, so that the others stay in line.
final class ReplicaTable {
  private static final String GAP = "  ";
  private static final int ID_LENGTH = 8;
  private static final List<Column> COLUMNS =
      List.of(
          new Column("STATE", false),
          new Column("TURNS", true),
          new Column("HEARTBEAT", true),
          new Column("STARTED", false),
          new Column("VERSION", false),
          new Column("ID", false),
          new Column("ADDRESS", false));

  private record Column(String name, boolean right) {}

  private ReplicaTable() {}

  /// One line for the names of the columns, and one for each replica.
  static List<String> of(List<Replica> replicas) {
    var rows = new ArrayList<List<String>>();
    rows.add(COLUMNS.stream().map(Column::name).toList());
    replicas.stream()
        .sorted(
            Comparator.comparing(Replica::state)
                .thenComparing(Replica::address)
                .thenComparing(Replica::startedAt))
        .map(ReplicaTable::row)
        .forEach(rows::add);
    var widths =
        IntStream.range(0, COLUMNS.size())
            .map(column -> rows.stream().mapToInt(row -> row.get(column).length()).max().orElse(0))
            .toArray();
    return rows.stream().map(row -> line(row, widths)).toList();
  }

  private static List<String> row(Replica replica) {
    return List.of(
        replica.state().name().toLowerCase(Locale.ROOT),
        Integer.toString(replica.runningTurns()),
        age(replica.heartbeatAge()),
        WireTime.format(replica.startedAt().truncatedTo(ChronoUnit.SECONDS)),
        replica.version(),
        replica.id().toString().substring(0, ID_LENGTH),
        replica.address());
  }

  /// In the largest unit of which there are two, so that it is read at a glance.
  private static String age(Duration age) {
    if (age.toDays() >= 2) {
      return age.toDays() + " d";
    }
    if (age.toHours() >= 2) {
      return age.toHours() + " h";
    }
    if (age.toMinutes() >= 2) {
      return age.toMinutes() + " min";
    }
    return String.format(Locale.ROOT, "%.1f s", age.toMillis() / 1000.0);
  }

  private static String line(List<String> row, int[] widths) {
    var line = new StringBuilder();
    for (var i = 0; i < widths.length; i++) {
      var padding = " ".repeat(widths[i] - row.get(i).length());
      line.append(i == 0 ? "" : GAP);
      line.append(COLUMNS.get(i).right() ? padding + row.get(i) : row.get(i) + padding);
    }
    return line.toString().stripTrailing();
  }
}
