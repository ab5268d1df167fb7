package chatd.core.relay;

import java.time.Duration;

/// How patient a link is.
///
/// @param dial how long dialling may take, the handshake included
/// @param ping how often a link with streams is pinged
/// @param silence how long such a link may bring no byte before it counts as dead
/// @param unused how long a link without streams is kept
/// @param steady how long pings must be answered until earlier failures are forgotten
/// @param backoffFirst the wait after the first failure; it doubles
/// @param backoffLongest and never gets longer than this
public record RelayTimes(
    Duration dial,
    Duration ping,
    Duration silence,
    Duration unused,
    Duration steady,
    Duration backoffFirst,
    Duration backoffLongest) {

  public static final RelayTimes DEFAULT =
      new RelayTimes(
          Duration.ofSeconds(3),
          Duration.ofSeconds(2),
          Duration.ofSeconds(5),
          Duration.ofSeconds(30),
          Duration.ofSeconds(10),
          Duration.ofMillis(100),
          Duration.ofSeconds(5));

  public RelayTimes {
    require(silence.compareTo(ping.multipliedBy(2)) > 0, "a lost ping would look like a death");
    require(unused.compareTo(silence) > 0, "an unused link would die before it is closed");
    require(backoffLongest.compareTo(backoffFirst) >= 0, "the longest wait is below the first");
    require(steady.compareTo(ping) > 0, "no ping could be answered before a link is steady");
  }

  private static void require(boolean holds, String otherwise) {
    if (!holds) {
      throw new IllegalArgumentException(otherwise);
    }
  }

  /// The wait before a peer is dialled again, in nanoseconds, after so many failures in a row.
  /// `chance` is drawn from 0 to 1 and takes up to half of it away, so that the replicas that lost
  /// one peer do not come back to it all at once.
  long backoffNanos(int failures, double chance) {
    var doubled = backoffFirst.toNanos() << Math.min(failures - 1, 20);
    return (long) (Math.min(doubled, backoffLongest.toNanos()) * (1 - chance / 2));
  }
}
