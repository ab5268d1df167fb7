package chatd.bench.user;

import java.util.List;
import java.util.SplittableRandom;
import java.util.UUID;

/// Where a step of the fuzzer draws from. The same seed, thread and step draw the same.
public final class Dice {
  private final SplittableRandom random;

  /// For one step of one thread of an attack.
  public Dice(long seed, String attack, int thread, long step) {
    var mixed = seed * 31 + attack.hashCode();
    this.random = new SplittableRandom((mixed * 31 + thread) * 1_000_003 + step);
  }

  /// From 0 up to but without `bound`.
  public int below(int bound) {
    return random.nextInt(bound);
  }

  /// From `least` to `most`, both included.
  public int between(int least, int most) {
    return random.nextInt(least, most + 1);
  }

  /// True once in so many times.
  public boolean oneIn(int times) {
    return random.nextInt(times) == 0;
  }

  public long anyLong() {
    return random.nextLong();
  }

  /// One of them.
  public <T> T of(List<T> all) {
    return all.get(random.nextInt(all.size()));
  }

  /// One of them.
  @SafeVarargs
  public final <T> T of(T... all) {
    return all[random.nextInt(all.length)];
  }

  /// So many bytes of any value.
  public byte[] bytes(int count) {
    var bytes = new byte[count];
    random.nextBytes(bytes);
    return bytes;
  }

  /// So many small letters.
  public String letters(int count) {
    var letters = new StringBuilder(count);
    for (var i = 0; i < count; i++) {
      letters.append((char) ('a' + random.nextInt(26)));
    }
    return letters.toString();
  }

  /// An id that nothing has.
  public String uuid() {
    var most = (random.nextLong() & ~0xF000L) | 0x4000L;
    return new UUID(most, (random.nextLong() >>> 2) | Long.MIN_VALUE).toString();
  }
}
