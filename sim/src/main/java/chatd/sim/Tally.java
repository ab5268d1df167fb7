package chatd.sim;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/// What was evaluated and drawn over many scenarios.
final class Tally {
  static final String FAILED = "failed ";
  static final String EVENTS = "events ";
  private static final String EVALUATED = "evaluated ";
  private static final String FAULT = "fault ";
  private static final String COMMAND = "command ";
  private static final double MINUTE = 60e9;

  private final Map<String, Long> evaluated = new TreeMap<>();
  private final Map<String, Long> faults = new TreeMap<>();
  private final Map<String, Long> commands = new TreeMap<>();
  private final List<Long> events = new ArrayList<>();

  /// Puts a report into lines for [#read].
  static void write(Scenario.Report report) {
    var lines = new StringBuilder();
    report.evaluated().forEach((promise, times) -> line(lines, EVALUATED, times, promise));
    report.faults().forEach((fault, times) -> line(lines, FAULT, times, fault));
    report.commands().forEach((command, times) -> line(lines, COMMAND, times, command));
    lines.append(EVENTS).append(report.events()).append('\n');
    System.out.print(lines);
  }

  private static void line(StringBuilder lines, String kind, long times, Object what) {
    lines.append(kind).append(times).append(' ').append(what).append('\n');
  }

  void read(String line) {
    if (line.startsWith(EVENTS)) {
      events.add(Long.parseLong(line.substring(EVENTS.length())));
    } else if (line.startsWith(EVALUATED)) {
      add(evaluated, line.substring(EVALUATED.length()));
    } else if (line.startsWith(FAULT)) {
      add(faults, line.substring(FAULT.length()));
    } else if (line.startsWith(COMMAND)) {
      add(commands, line.substring(COMMAND.length()));
    } else {
      System.out.println(line);
    }
  }

  private static void add(Map<String, Long> counts, String words) {
    var parts = words.split(" ", 2);
    counts.merge(parts[1], Long.parseLong(parts[0]), Long::sum);
  }

  /// What never came about, and so was not checked.
  List<String> never() {
    return Stream.of(evaluated, faults, commands)
        .flatMap(counts -> counts.entrySet().stream())
        .filter(entry -> entry.getValue() == 0)
        .map(Map.Entry::getKey)
        .toList();
  }

  int scenarios() {
    return events.size();
  }

  void print(long nanos) {
    print("evaluated", evaluated);
    print("faults", faults);
    print("commands", commands);
    events.sort(null);
    System.out.printf(
        Locale.ROOT,
        "%,d scenarios in %.1f s, %,.0f a minute; events: median %,d, fewest %,d%n",
        events.size(),
        nanos / 1e9,
        events.size() * MINUTE / nanos,
        events.isEmpty() ? 0 : events.get(events.size() / 2),
        events.isEmpty() ? 0 : events.getFirst());
  }

  private static void print(String title, Map<?, Long> counts) {
    System.out.println(title + ":");
    counts.forEach((what, times) ->
        System.out.printf(Locale.ROOT, "  %,12d  %s%s%n", times, what, meaning(what.toString())));
  }

  private static String meaning(String what) {
    return Stream.of(Promise.values())
        .filter(promise -> promise.name().equals(what))
        .map(promise -> ": " + promise.words())
        .findFirst()
        .orElse("");
  }
}
