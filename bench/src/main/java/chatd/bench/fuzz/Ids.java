package chatd.bench.fuzz;

import chatd.bench.user.Dice;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Ids of things that exist, or did a moment ago, by the name of the parameter that takes them.
final class Ids {
  private static final int EACH_MAX = 24;

  private final Map<String, Deque<String>> all = new HashMap<>();

  /// Keeps one; the oldest one of its kind that has no room any more is returned.
  Optional<String> add(String parameter, String id) {
    var kept = all.computeIfAbsent(parameter, _ -> new ArrayDeque<>());
    if (kept.contains(id)) {
      return Optional.empty();
    }
    kept.addLast(id);
    return kept.size() > EACH_MAX ? Optional.of(kept.removeFirst()) : Optional.empty();
  }

  Optional<String> any(String parameter, Dice dice) {
    var kept = all(parameter);
    return kept.isEmpty() ? Optional.empty() : Optional.of(dice.of(kept));
  }

  List<String> all(String parameter) {
    return List.copyOf(all.getOrDefault(parameter, new ArrayDeque<>()));
  }
}
