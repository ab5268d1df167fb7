package chatd.engine.worker;

import java.time.Duration;

/// Bounds of a replica's life among others: how often it beats, looks and sweeps, how long its
/// lease runs, the longest gap between its own beats in which it still trusts what it sees of
/// others, how long the worker's loop may be silent before this replica stops calling itself alive,
/// and how long the database may keep the session of a process that is gone.
public record MembershipLimits(
    Duration heartbeat,
    Duration lease,
    Duration look,
    Duration sweep,
    Duration gap,
    Duration loopSilence,
    Duration ghost) {

  public MembershipLimits {
    if (lease.compareTo(heartbeat.multipliedBy(3)) < 0) {
      throw new IllegalArgumentException(
          "The lease must be at least three heartbeats (" + heartbeat.multipliedBy(3) + ").");
    }
  }

  /// The usual bounds around this lease.
  public static MembershipLimits of(Duration lease) {
    return new MembershipLimits(
        Duration.ofSeconds(1),
        lease,
        Duration.ofMillis(250),
        Duration.ofSeconds(3),
        Duration.ofSeconds(3),
        Duration.ofSeconds(5),
        Duration.ofSeconds(5));
  }
}
