package chatd.core.runner;

import chatd.core.chat.ReplicaId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// What one replica concludes from the heartbeats of the others: which of them are dead.
///
/// A replica is dead when this observer saw the same heartbeat for a whole lease, on its own clock,
/// while its own heartbeats went through without a gap. So an outage of the database, or of this
/// observer, kills nobody: a gap begins every observation anew. Times are monotonic nanoseconds.
public record PeerWatch(
    long leaseNanos, long gapNanos, long ownBeatAt, Map<ReplicaId, Observation> peers) {
  public PeerWatch {
    peers = Map.copyOf(peers);
  }

  /// A heartbeat of another replica, and since when it has been the newest.
  public record Observation(long beat, long since) {}

  /// A replica that is dead unless its heartbeat has moved from `beat`.
  public record Dead(ReplicaId id, long beat) {}

  public record Seen(PeerWatch next, List<Dead> dead) {}

  public static PeerWatch begin(long leaseNanos, long gapNanos, long now) {
    return new PeerWatch(leaseNanos, gapNanos, now, Map.of());
  }

  /// This replica's own heartbeat went through at `now`.
  public PeerWatch beaten(long now) {
    return now - ownBeatAt > gapNanos
        ? new PeerWatch(leaseNanos, gapNanos, now, Map.of())
        : new PeerWatch(leaseNanos, gapNanos, now, peers);
  }

  /// The newest heartbeats of the others, read at `now`.
  public Seen look(Map<ReplicaId, Long> beats, long now) {
    if (now - ownBeatAt > gapNanos) {
      return new Seen(new PeerWatch(leaseNanos, gapNanos, ownBeatAt, Map.of()), List.of());
    }
    var next = new HashMap<ReplicaId, Observation>();
    var dead = new ArrayList<Dead>();
    beats.forEach((id, beat) -> {
      var before = peers.get(id);
      if (before == null || before.beat() != beat) {
        next.put(id, new Observation(beat, now));
      } else {
        next.put(id, before);
        if (now - before.since() >= leaseNanos) {
          dead.add(new Dead(id, beat));
        }
      }
    });
    return new Seen(new PeerWatch(leaseNanos, gapNanos, ownBeatAt, next), dead);
  }
}
