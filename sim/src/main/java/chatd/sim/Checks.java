package chatd.sim;

import java.util.EnumMap;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Holds what happens against the promises, and counts how often there was something to hold. The
/// first violation is kept until the scenario asks: whoever finds it may be a thread of a replica,
/// which would only report its failure.
final class Checks {
  private final Map<Promise, Long> evaluated = new EnumMap<>(Promise.class);
  private @Nullable Violation first;

  Checks() {
    for (var promise : Promise.values()) {
      evaluated.put(promise, 0L);
    }
  }

  void that(boolean holds, Promise promise, Supplier<String> otherwise) {
    evaluated.merge(promise, 1L, Long::sum);
    if (!holds && first == null) {
      first = new Violation(promise, otherwise.get());
    }
  }

  /// Throws what was found.
  void raise() {
    if (first != null) {
      throw first;
    }
  }

  Map<Promise, Long> evaluated() {
    return Map.copyOf(evaluated);
  }
}
