package chatd.bench;

import java.util.Arrays;
import java.util.Collection;
import java.util.Locale;

/// Durations in nanoseconds, sorted.
final class Latencies {
  private final long[] nanos;

  private Latencies(long[] sorted) {
    nanos = sorted;
  }

  static Latencies of(Collection<Long> unsorted) {
    return new Latencies(unsorted.stream().mapToLong(Long::longValue).sorted().toArray());
  }

  /// Several together.
  static Latencies pooled(Collection<Latencies> several) {
    var all = several.stream().flatMapToLong(each -> Arrays.stream(each.nanos));
    return new Latencies(all.sorted().toArray());
  }

  int count() {
    return nanos.length;
  }

  double median() {
    return percentile(50);
  }

  /// The value in milliseconds that this percentage does not exceed.
  double percentile(double percent) {
    if (nanos.length == 0) {
      throw new IllegalStateException("nothing was measured");
    }
    var rank = (int) Math.ceil(percent / 100 * nanos.length);
    return nanos[Math.clamp(rank - 1L, 0, nanos.length - 1)] / 1e6;
  }

  @Override
  public String toString() {
    return String.format(
        Locale.ROOT,
        "p50 %.2f, p99 %.2f, max %.2f ms of %d",
        percentile(50),
        percentile(99),
        percentile(100),
        count());
  }
}
