package chatd.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// What must not be in the log of a replica.
final class Alarms {
  private static final Pattern BEGINNING =
      Pattern.compile("^\\d{4}-\\d\\d-\\d\\d |^Exception in thread");
  private static final Pattern ALARMING =
      Pattern.compile("\\bERROR\\b|^\\s+at \\S+\\(|^Caused by|OutOfMemory|Exception in thread");

  private Alarms() {}

  /// The lines that are alarming.
  static List<String> of(Stream<String> log) {
    var alarms = new ArrayList<String>();
    var entry = new ArrayList<String>();
    log.forEach(line -> {
      if (BEGINNING.matcher(line).find()) {
        add(entry, alarms);
        entry.clear();
      }
      entry.add(line);
    });
    add(entry, alarms);
    return alarms;
  }

  private static void add(List<String> entry, List<String> alarms) {
    if (!isLateWrite(entry)) {
      entry.stream().filter(line -> ALARMING.matcher(line).find()).forEach(alarms::add);
    }
  }

  /// A connection can be written in the moment in which its write is given up. Jetty asks the write
  /// how it wants to be continued, and stumbles, as it is gone. Nothing is lost by that: there is
  /// nothing to continue, and Jetty takes up the next connection.
  private static boolean isLateWrite(List<String> entry) {
    return entry.size() > 2
        && entry.get(0).endsWith(" WARN  AdaptiveExecutionStrategy: Unable to produce")
        && entry.get(1).startsWith("java.lang.NullPointerException: ")
        && entry.get(2).contains(".HttpConnection$SendCallback.getInvocationType(");
  }
}
