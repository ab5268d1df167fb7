package chatd.engine.feed;

import java.time.Duration;

/// The bounds of serving viewers.
public record FeedLimits(Times times, Budgets budgets) {

  public static final FeedLimits DEFAULT =
      new FeedLimits(
          new Times(
              Duration.ofSeconds(5),
              Duration.ofSeconds(3),
              Duration.ofSeconds(30),
              Duration.ofSeconds(15),
              Duration.ofSeconds(60),
              Duration.ofSeconds(2)),
          new Budgets(4L << 20, 64L << 20, 16, 64L << 20, 1L << 30));

  /// `linger`: how long a feed is kept without viewers. `poll`: between two comparisons of
  /// versions. `sessions`: between two looks at the viewers' tokens. `keepalive`: between two
  /// pings. `silence`: a client that shows no sign of life for this long is closed. `drain`: how
  /// long a replica that stops waits for viewers to accept the last news.
  public record Times(
      Duration linger,
      Duration poll,
      Duration sessions,
      Duration keepalive,
      Duration silence,
      Duration drain) {
    public Times {
      if (silence.compareTo(keepalive.multipliedBy(2)) < 0) {
        throw new IllegalArgumentException("A client must have two pings to answer.");
      }
      if (poll.compareTo(Duration.ofSeconds(5)) >= 0) {
        throw new IllegalArgumentException("A lost hint is repaired within 5 s.");
      }
    }
  }

  /// `rowsPerFeed`, `rows`: bytes of committed rows kept by one feed, by all. `pageReads`: readings
  /// of pages at once. `pages`: bytes of pages kept for others who need the same. `mirrors`: bytes
  /// of parts that come from other replicas.
  public record Budgets(long rowsPerFeed, long rows, int pageReads, long pages, long mirrors) {}
}
