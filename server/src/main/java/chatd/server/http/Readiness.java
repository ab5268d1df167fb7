package chatd.server.http;

import java.util.Set;
import java.util.UUID;

/// Whether this replica should get requests.
public interface Readiness {

  /// Why it should not; empty if it should. Asked by load balancers, so it answers within seconds.
  Set<Reason> reasons();

  /// Other replicas whose parts do not come here, because they have another cluster secret.
  /// Requests make sense all the same, but answers do not grow in front of those who watch them
  /// here.
  Set<UUID> withOtherSecret();

  /// Whether the replica is about to stop and opens no streams any more.
  boolean isDraining();

  /// What can keep a replica from being useful.
  enum Reason {
    DATABASE,
    LISTENER,
    DRAINING
  }
}
