package chatd.bench.user;

import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/// How many answers of which status each kind of request got: whether it gets anywhere at all.
public final class Tally {
  private final Map<String, Map<Integer, Integer>> counts = new TreeMap<>();

  public synchronized void add(String kind, int status) {
    counts.computeIfAbsent(kind, _ -> new TreeMap<>()).merge(status, 1, Integer::sum);
  }

  public synchronized int count(String kind) {
    return counts.getOrDefault(kind, Map.of()).values().stream().mapToInt(i -> i).sum();
  }

  /// Such as `malformed: 400 12, 404 3`.
  public synchronized String text() {
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
