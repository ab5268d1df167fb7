package chatd;

import chatd.core.chat.ReplicaId;
import chatd.server.http.Readiness;
import java.util.EnumSet;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;

/// Whether this replica should get requests, from what it is connected to.
final class ReplicaReadiness implements Readiness {
  private final Storage storage;
  private final Neighbours neighbours;
  private volatile boolean draining;

  ReplicaReadiness(Storage storage, Neighbours neighbours) {
    this.storage = storage;
    this.neighbours = neighbours;
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
  public Set<UUID> withOtherSecret() {
    return neighbours.withOtherSecret().stream().map(ReplicaId::value).collect(Collectors.toSet());
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
