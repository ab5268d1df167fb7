package chatd.relay;

import chatd.core.chat.ReplicaId;
import chatd.core.relay.LinkState;
import chatd.engine.parts.PartLogs;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;

/// The sending end: the links on which other replicas listen to this one.
public final class LinkServer {
  private final RelayWorld world;
  private final PartLogs logs;
  private final Limits limits;

  // Guarded by this.
  private final LinkedHashSet<ServedLink> strangers = new LinkedHashSet<>();
  private final Map<ReplicaId, ServedLink> members = new HashMap<>();
  private boolean stopped;

  /// Bounds of this end.
  ///
  /// @param strangersMax links at once that have not proven yet that they are of this deployment
  public record Limits(int strangersMax, LinkState.Limits link) {
    public static final Limits DEFAULT = new Limits(64, LinkState.Limits.DEFAULT);
  }

  public LinkServer(RelayWorld world, PartLogs logs, Limits limits) {
    this.world = world;
    this.logs = logs;
    this.limits = limits;
  }

  /// Serves a link that is open now, and returns who is to hear of it.
  public Link.Listener accept(Link link) {
    var served = new ServedLink(link, this, world, logs, limits.link());
    if (admit(served)) {
      served.start();
    } else {
      link.close();
    }
    return served;
  }

  /// How many replicas listen here.
  public synchronized int members() {
    return members.size();
  }

  /// Breaks every link, also those that come later.
  public synchronized void stop() {
    stopped = true;
    strangers.forEach(ServedLink::end);
    members.values().forEach(ServedLink::end);
  }

  /// One too many takes the place of the oldest. A member has proven itself after a moment, so it
  /// is those who never will that go; and whoever keeps all places taken keeps no member out.
  private synchronized boolean admit(ServedLink stranger) {
    if (!stopped && strangers.size() == limits.strangersMax()) {
      strangers.removeFirst().end();
    }
    return !stopped && strangers.add(stranger);
  }

  /// A stranger has proven who it is. An earlier link of it, which it must have lost, ends.
  synchronized void proved(ServedLink link, ReplicaId peer) {
    strangers.remove(link);
    var before = members.put(peer, link);
    if (before != null) {
      before.end();
    }
  }

  synchronized void ended(ServedLink link) {
    strangers.remove(link);
    members.values().removeIf(member -> member == link);
  }
}
