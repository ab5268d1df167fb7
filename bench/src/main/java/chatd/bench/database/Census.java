package chatd.bench.database;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/// How often each statement ran in some time, and which of it was caused by what was done in that
/// time, and not by the polls that run all the time.
public final class Census {
  /// The empty statement, by which a pool finds out whether a connection still lives.
  public static final String CONNECTION_CHECK = "";

  private static final Pattern TRANSACTION = Pattern.compile("(?i)(begin|commit|rollback)\\b.*");

  /// Polls and the times they are counted in do not begin together.
  private static final double POLL_SLACK = 2;

  private Census() {}

  /// Each statement with how often it came.
  public static Map<String, Long> of(List<String> statements) {
    var counts = new LinkedHashMap<String, Long>();
    statements.forEach(sql -> counts.merge(sql, 1L, Long::sum));
    return counts;
  }

  /// What the later count has more than the earlier one.
  public static Map<String, Long> difference(Map<String, Long> earlier, Map<String, Long> later) {
    var more = new LinkedHashMap<String, Long>();
    later.forEach((sql, count) -> {
      var added = count - earlier.getOrDefault(sql, 0L);
      if (added > 0) {
        more.put(sql, added);
      }
    });
    return more;
  }

  /// What remains of a count without the begin and end of transactions, connection checks and
  /// polls.
  ///
  /// @param idle what ran in a time in which nothing was done
  /// @param share how long the counted time was, as a multiple of the idle one
  public static Map<String, Double> caused(
      Map<String, Long> counted, Map<String, Long> idle, double share) {
    var caused = new LinkedHashMap<String, Double>();
    counted.forEach((sql, count) -> {
      var polls = idle.getOrDefault(sql, 0L) * share;
      var isPoll = polls > 0 && count <= polls + POLL_SLACK;
      if (!isPoll && !isTransaction(sql) && !sql.equals(CONNECTION_CHECK)) {
        caused.put(sql, count - polls);
      }
    });
    return caused;
  }

  /// Whether it only begins or ends a transaction.
  public static boolean isTransaction(String sql) {
    return TRANSACTION.matcher(sql).matches();
  }

  /// How many those are together.
  public static double sum(Map<String, Double> caused) {
    return caused.values().stream().mapToDouble(Double::doubleValue).sum();
  }
}
