package chatd.server.http;

import java.util.Set;

/// Whether this replica should get requests.
public interface Readiness {

  /// Why it should not; empty if it should. Asked by load balancers, so it answers within seconds.
  Set<Reason> reasons();

  /// Whether the replica is about to stop and opens no streams any more.
  boolean isDraining();

  /// What can keep a replica from being useful.
  enum Reason {
    DATABASE,
    LISTENER,
    DRAINING
  }
}
