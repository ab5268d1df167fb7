package chatd.bench.chaos;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/// What was found. The first ones are kept whole, all are counted.
public final class Violations {
  private static final int KEPT_MAX = 200;
  private static final int LINE_MAX = 1_500;

  private final Map<Violation.Kind, Integer> counts = new EnumMap<>(Violation.Kind.class);
  private final List<Violation> kept = new ArrayList<>();

  synchronized void add(Violation violation) {
    counts.merge(violation.kind(), 1, Integer::sum);
    if (kept.size() < KEPT_MAX) {
      kept.add(violation);
    }
  }

  void add(Violation.Kind kind, String where, String what) {
    add(new Violation(kind, where, what, List.of()));
  }

  public synchronized int count(Violation.Kind kind) {
    return counts.getOrDefault(kind, 0);
  }

  public synchronized int count() {
    return counts.values().stream().mapToInt(Integer::intValue).sum();
  }

  synchronized List<Violation> kept() {
    return List.copyOf(kept);
  }

  /// Those that were kept, in paragraphs.
  public synchronized String text() {
    return kept.stream().map(Violations::paragraph).collect(Collectors.joining("\n"));
  }

  private static String paragraph(Violation violation) {
    var around = violation.around().stream().map(line -> "  | " + shortened(line) + "\n").toList();
    return "%s: %s: %s%n%s"
        .formatted(
            violation.kind(),
            violation.where(),
            shortened(violation.what()),
            String.join("", around));
  }

  private static String shortened(String line) {
    return line.length() <= LINE_MAX ? line : line.substring(0, LINE_MAX) + "...";
  }
}
