package chatd.sim;

import chatd.core.chat.ReplicaId;
import java.util.HashMap;
import java.util.Map;

/// When the heartbeat of each replica came to the database last, and what may be done by that: who
/// beats is not declared dead, and who does not numbers no parts.
final class Heartbeats {
  /// How long a look and what was heard of an address may be on their way.
  private static final long WAY = 3_000_000_000L;

  private final World world;
  private final Database database;
  private final Map<ReplicaId, Beat> last = new HashMap<>();

  private record Beat(long at, Replica process) {}

  Heartbeats(World world, Database database) {
    this.world = world;
    this.database = database;
  }

  /// It registered, or its heartbeat was counted.
  void came(ReplicaId id, Replica process) {
    last.put(id, new Beat(world.clock.nanos(), process));
  }

  /// A part is numbered by this replica.
  void numbering(ReplicaId id) {
    var beat = last.get(id);
    world.checks.that(
        beat != null && silence(beat) <= Replica.LEASE.toNanos(),
        Promise.P6,
        () -> Replica.shortName(id) + " numbers a part when its lease is over");
  }

  /// This replica, which was not dead, was just declared dead by another.
  void died(ReplicaId id, Replica by) {
    var beat = last.get(id);
    if (beat == null) {
      return;
    }
    var process = beat.process();
    world.checks.that(
        !process.exists()
            || !process.ids.contains(id)
            || unexcused(beat) >= Replica.LEASE.toNanos() - WAY
            || process.refusedWithin(WAY),
        Promise.P6,
        () ->
            by.name()
                + " declared "
                + process.name()
                + " dead, which lives and sent a heartbeat "
                + silence(beat) / 1_000_000
                + " ms ago");
  }

  /// For how long it could have sent another one.
  private long unexcused(Beat beat) {
    return world.clock.nanos() - Math.max(beat.at(), database.upSince());
  }

  private long silence(Beat beat) {
    return world.clock.nanos() - beat.at();
  }
}
