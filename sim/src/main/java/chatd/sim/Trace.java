package chatd.sim;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;

/// The last things that happened, for a reader; and a sum over all of them, by which two runs can
/// be told to be the same.
final class Trace {
  private static final int LINES_MAX = 400;

  private final Clock clock;
  private final boolean isKept;
  private final Deque<String> lines = new ArrayDeque<>();
  private long events;
  private long sum;

  Trace(Clock clock, boolean isKept) {
    this.clock = clock;
    this.isKept = isKept;
  }

  /// Something happened, one event of the scenario.
  void event(String kind, int number, Supplier<String> words) {
    events++;
    note(kind, number, words);
  }

  /// Something that helps to read what happened.
  void note(String kind, int number, Supplier<String> words) {
    sum = sum * 31 + kind.hashCode() + number;
    sum = sum * 31 + clock.nanos();
    if (isKept) {
      if (lines.size() == LINES_MAX) {
        lines.removeFirst();
      }
      var seconds = clock.nanos() / 1e9;
      lines.add(String.format(Locale.ROOT, "%9.3f s  %-9s %s", seconds, kind, words.get()));
    }
  }

  long events() {
    return events;
  }

  long sum() {
    return sum;
  }

  List<String> lines() {
    return List.copyOf(lines);
  }
}
