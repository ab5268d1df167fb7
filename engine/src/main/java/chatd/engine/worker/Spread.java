package chatd.engine.worker;

import java.time.Duration;
import java.util.OptionalInt;

/// How replicas share the turns that wait, without asking each other: who is busier than the least
/// busy of the others lets them go first, and takes a few chats at a time.
///
/// `turns` run here, `fewest` at the least busy of the others, as it was seen some 250 ms ago;
/// empty: there are no others.
record Spread(int turns, OptionalInt fewest) {
  // A hint is here at once and some 10 ms later elsewhere. So turns that all begin here are evenly
  // spread once this replica runs about ten more than the others.
  private static final Duration PER_TURN = Duration.ofMillis(1);
  private static final Duration LONGEST = Duration.ofMillis(50);
  private static final int AT_ONCE = 8;

  /// How long to let others go first.
  Duration delay() {
    var more = fewest.isEmpty() ? 0 : Math.max(0, turns - fewest.getAsInt());
    var delay = PER_TURN.multipliedBy(more);
    return delay.compareTo(LONGEST) < 0 ? delay : LONGEST;
  }

  /// How many chats to take before the others may again go first.
  int atOnce() {
    return fewest.isEmpty() ? Integer.MAX_VALUE : AT_ONCE;
  }
}
