package chatd.engine.worker;

import chatd.core.turn.RetryPolicy;
import java.time.Duration;

/// Bounds of the turns on one replica.
///
/// `roots` and `subs` are turns of root chats and of sub-chats at once; `steps` those of one turn;
/// `liveTextBytes` bounds the text of one attempt.
public record WorkerLimits(Capacity capacity, Steps steps, RetryPolicy retries, Patience patience) {

  public static final WorkerLimits DEFAULT =
      new WorkerLimits(
          new Capacity(256, 512),
          new Steps(200, 32L << 20, 2L << 20),
          RetryPolicy.DEFAULT,
          new Patience(
              Duration.ofMinutes(10),
              Duration.ofMinutes(5),
              Duration.ofSeconds(3),
              Duration.ofMillis(500)));

  public record Capacity(int roots, int subs) {
    public Capacity {
      if (roots < 1 || subs < 1) {
        throw new IllegalArgumentException("a replica runs at least one turn of each kind");
      }
    }
  }

  /// `perTurn` steps; `liveTextBytes` of text per attempt, at least 16 MiB; `rowBytes` per row.
  public record Steps(int perTurn, long liveTextBytes, long rowBytes) {
    public Steps {
      if (liveTextBytes < 16L << 20) {
        throw new IllegalArgumentException("live text is never cut below 16 MiB");
      }
    }
  }

  /// How long to wait for a provider that says nothing and for a client's tools; how often to look
  /// for work that no hint told of; how long before trouble is met again.
  public record Patience(Duration silence, Duration clientTools, Duration poll, Duration trouble) {}
}
