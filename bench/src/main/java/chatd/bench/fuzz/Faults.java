package chatd.bench.fuzz;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/// What was found. Of each kind of fault the first ones are kept whole, the others are counted.
public final class Faults {
  private static final int EACH_MAX = 3;
  private static final int KEPT_MAX = 200;

  /// So much of what it says makes two faults two kinds.
  private static final int KIND_MAX = 60;

  private static final int SENT_MAX = 1_500;

  private final long seed;
  private final List<Fault> kept = new ArrayList<>();
  private final Map<String, Integer> counts = new TreeMap<>();

  public Faults(long seed) {
    this.seed = seed;
  }

  public synchronized void add(Fault fault) {
    var what = fault.what().replaceAll("\\d+|[0-9a-f]{8}-[0-9a-f-]+", "#");
    var kind = fault.attack() + ": " + what.substring(0, Math.min(KIND_MAX, what.length()));
    if (counts.merge(kind, 1, Integer::sum) <= EACH_MAX && kept.size() < KEPT_MAX) {
      kept.add(fault);
    }
  }

  public synchronized int count() {
    return counts.values().stream().mapToInt(Integer::intValue).sum();
  }

  public synchronized List<Fault> kept() {
    return List.copyOf(kept);
  }

  /// All of them, in paragraphs, each with what repeats it.
  public synchronized String text() {
    return kept.stream()
        .map(fault ->
            "%s: %s%n  again: --seed %d, thread %d, step %d%n  sent: %s"
                .formatted(
                    fault.attack(),
                    shown(fault.what().getBytes(StandardCharsets.UTF_8)),
                    seed,
                    fault.thread(),
                    fault.step(),
                    fault.sent()))
        .collect(Collectors.joining("\n"));
  }

  /// Bytes as a person can read and type them.
  public static String shown(byte[] bytes) {
    var text = new StringBuilder();
    for (var c : new String(bytes, StandardCharsets.ISO_8859_1).toCharArray()) {
      if (text.length() > SENT_MAX) {
        return text.append("... (").append(bytes.length).append(" bytes)").toString();
      }
      switch (c) {
        case '\r' -> text.append("\\r");
        case '\n' -> text.append("\\n");
        case '\\' -> text.append("\\\\");
        default -> text.append(c >= ' ' && c < 0x7F ? "" + c : "\\x%02x".formatted((int) c));
      }
    }
    return text.toString();
  }
}
