package chatd.bench;

import java.util.HashMap;
import java.util.Map;
import java.util.regex.Pattern;

/// What a replica says of its budgets among its figures.
final class Budgets {
  private static final Pattern USED = of("used");
  private static final Pattern LIMIT = of("limit");

  private Budgets() {}

  private static Pattern of(String what) {
    return Pattern.compile("(?m)^chatd_budget_" + what + "_bytes\\{budget=\"(\\w+)\"} (\\S+)$");
  }

  /// What it holds and may hold, in bytes: what is over a limit is left out.
  static long heldBytes(String figures) {
    var held = bytes(LIMIT, figures);
    var used = bytes(USED, figures);
    if (used.isEmpty() || !used.keySet().equals(held.keySet())) {
      throw new IllegalStateException("the figures of the budgets are not understood");
    }
    used.forEach((budget, bytes) -> held.merge(budget, bytes, Math::min));
    return held.values().stream().mapToLong(bytes -> bytes).sum();
  }

  private static Map<String, Long> bytes(Pattern pattern, String figures) {
    var found = new HashMap<String, Long>();
    var matcher = pattern.matcher(figures);
    while (matcher.find()) {
      found.put(matcher.group(1), (long) Double.parseDouble(matcher.group(2)));
    }
    return found;
  }
}
