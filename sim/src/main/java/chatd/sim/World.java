package chatd.sim;

import chatd.engine.fake.OneThread;
import java.util.SplittableRandom;
import java.util.UUID;

/// What everybody in one scenario shares.
final class World {
  final SplittableRandom random;
  final OneThread thread;
  final Clock clock;
  final Trace trace;
  final Checks checks = new Checks();
  final Draws draws = new Draws();
  final Wire wire = new Wire();

  /// Whether only good things happen from now on.
  boolean isQuiet;

  private int words;

  World(long seed, boolean keepsTrace) {
    random = new SplittableRandom(seed);
    thread = new OneThread(random.nextLong());
    clock = new Clock(random.split());
    trace = new Trace(clock, keepsTrace);
  }

  /// A number that nobody had before.
  int nextWord() {
    return words++;
  }

  UUID uuid() {
    return new UUID(random.nextLong(), random.nextLong());
  }

  /// Whether something of this probability happens.
  boolean chance(double probability) {
    return random.nextDouble() < probability;
  }

  /// A way between two machines: mostly short, sometimes long.
  long wayNanos() {
    var millis = random.nextInt(20) == 0 ? random.nextInt(5, 150) : random.nextInt(0, 4);
    return millis * 1_000_000L + random.nextInt(1_000_000);
  }

  long millis(int from, int to) {
    return random.nextInt(from, to) * 1_000_000L;
  }

  <T> T any(java.util.List<T> all) {
    return all.get(random.nextInt(all.size()));
  }
}
