package chatd.bench.fuzz;

import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/// How many answers of which status each attack got: whether it gets anywhere at all.
final class Tally {
  private final Map<String, Map<Integer, Integer>> counts = new TreeMap<>();

  synchronized void add(String attack, int status) {
    counts.computeIfAbsent(attack, _ -> new TreeMap<>()).merge(status, 1, Integer::sum);
  }

  synchronized int count(String attack) {
    return counts.getOrDefault(attack, Map.of()).values().stream().mapToInt(i -> i).sum();
  }

  /// Such as `malformed: 400 12, 404 3`.
  synchronized String text() {
    return counts.entrySet().stream()
        .map(each -> each.getKey() + ": " + text(each.getValue()))
        .collect(Collectors.joining("; "));
  }

  private static String text(Map<Integer, Integer> statuses) {
    return statuses.entrySet().stream()
        .map(each -> each.getKey() + " " + each.getValue())
        .collect(Collectors.joining(", "));
  }
}
