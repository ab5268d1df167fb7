package chatd;

import chatd.server.http.Readiness;
import java.util.EnumSet;
import java.util.Set;

/// Whether this replica should get requests, from what it is connected to.
final class ReplicaReadiness implements Readiness {
  private final Storage storage;
  private volatile boolean draining;

  ReplicaReadiness(Storage storage) {
    this.storage = storage;
  }

  /// From now on this replica is about to stop.
  void drain() {
    draining = true;
  }

  @Override
  public boolean isDraining() {
    return draining;
  }

  @Override
  public Set<Reason> reasons() {
    var reasons = EnumSet.noneOf(Reason.class);
    if (!storage.database().isReachable()) {
      reasons.add(Reason.DATABASE);
    }
    if (!storage.pubsub().isListening()) {
      reasons.add(Reason.LISTENER);
    }
    if (draining) {
      reasons.add(Reason.DRAINING);
    }
    return reasons;
  }
}
