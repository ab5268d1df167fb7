package chatd.core.runner;

import chatd.core.chat.ReplicaId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What one replica concludes from what it sees of the others: which of them are dead.
///
/// There are two ways to be dead. By lease: this observer saw the same heartbeat for a whole lease,
/// on its own clock, while its own heartbeats went through without a gap. So an outage of the
/// database, or of this observer, kills nobody: a gap begins every observation anew.
///
/// Sooner, by two signs: the session lock is free, and nobody, or another replica, answers at the
/// address. Both count only as changes that this observer saw: the lock was held before in the same
/// session of the database, so a restart of PostgreSQL, which frees all locks at once, is no sign;
/// and the replica answered at this address before, so a wrong address is none either.
///
/// Times are monotonic nanoseconds.
public record PeerWatch(
    Bounds bounds, long ownBeatAt, long session, Map<ReplicaId, Observation> peers) {
  public PeerWatch {
    peers = Map.copyOf(peers);
  }

  /// How long a heartbeat may stand still, and the longest gap between our own in which we still
  /// trust what we see.
  public record Bounds(long leaseNanos, long gapNanos) {}

  /// What is seen of one replica at one moment.
  public record Sight(long beat, boolean lockHeld) {}

  /// A heartbeat of another replica, and since when it has been the newest; its lock and address.
  public record Observation(long beat, long since, Lock lock, Address address) {
    Observation seen(Sight sight, Lock nowLock, long now) {
      // Who holds the lock lives, whatever was heard at the address: that is asked anew when the
      // lock is lost again.
      var nowAddress = nowLock == Lock.HELD ? address.isThere() : address;
      return new Observation(sight.beat(), sight.beat() == beat ? since : now, nowLock, nowAddress);
    }

    Observation with(Address next) {
      return new Observation(beat, since, lock, next);
    }

    boolean hasBothSigns() {
      return lock == Lock.LOST && address.isGone();
    }
  }

  /// A session lock, as this session of the database saw it.
  public enum Lock {
    NEVER_HELD,
    HELD,
    LOST
  }

  /// An address: whether the replica ever answered there, whether it has stopped to, and when it
  /// was last asked; `isAsked`: the answer is still to come.
  public record Address(boolean wasReached, boolean isGone, boolean isAsked, long askedAt) {
    static final Address UNKNOWN = new Address(false, false, false, 0);

    Address ask(long now) {
      return new Address(wasReached, isGone, true, now);
    }

    Address isThere() {
      return new Address(wasReached, false, isAsked, askedAt);
    }

    Address answered(boolean reached, boolean gone) {
      return new Address(reached, gone, false, askedAt);
    }
  }

  /// What came of asking who answers at an address.
  public sealed interface Answer {
    /// A replica with this id.
    record Is(ReplicaId id) implements Answer {}

    /// The machine says that nobody listens there.
    record Refused() implements Answer {}

    /// Anything else, which says nothing: a timeout, an unreachable network, a fault of TLS.
    record Unclear() implements Answer {}
  }

  /// A replica that is dead unless its heartbeat has moved from `beat`.
  public record Dead(ReplicaId id, long beat) {}

  /// `toAsk`: whose address is to be asked.
  public record Seen(PeerWatch next, List<Dead> dead, List<ReplicaId> toAsk) {}

  public static PeerWatch begin(Bounds bounds, long now) {
    return new PeerWatch(bounds, now, 0, Map.of());
  }

  /// This replica's own heartbeat went through at `now`.
  public PeerWatch beaten(long now) {
    return new PeerWatch(bounds, now, session, hasGap(now) ? Map.of() : peers);
  }

  private boolean hasGap(long now) {
    return now - ownBeatAt > bounds.gapNanos();
  }

  /// The others as they were read at `now` in a session of the database. Sessions are numbered, so
  /// that a new one is known.
  public Seen look(long inSession, Map<ReplicaId, Sight> sights, long now) {
    if (hasGap(now)) {
      return new Seen(new PeerWatch(bounds, ownBeatAt, inSession, Map.of()), List.of(), List.of());
    }
    var next = new HashMap<ReplicaId, Observation>();
    var dead = new ArrayList<Dead>();
    var toAsk = new ArrayList<ReplicaId>();
    sights.forEach((id, sight) -> {
      var before = peers.get(id);
      var lock = lock(before, inSession == session, sight);
      var seen =
          before == null
              ? new Observation(sight.beat(), now, lock, Address.UNKNOWN)
              : before.seen(sight, lock, now);
      if (now - seen.since() >= bounds.leaseNanos() || seen.hasBothSigns()) {
        dead.add(new Dead(id, seen.beat()));
      }
      if (isToBeAsked(seen, now)) {
        toAsk.add(id);
        seen = seen.with(seen.address().ask(now));
      }
      next.put(id, seen);
    });
    return new Seen(new PeerWatch(bounds, ownBeatAt, inSession, next), dead, toAsk);
  }

  private static Lock lock(@Nullable Observation before, boolean isSameSession, Sight sight) {
    if (sight.lockHeld()) {
      return Lock.HELD;
    }
    return isSameSession && before != null && before.lock() != Lock.NEVER_HELD
        ? Lock.LOST
        : Lock.NEVER_HELD;
  }

  /// Everybody is greeted once, so that it is known what an address looks like in life; and whoever
  /// lost its lock is asked until the lock is back or it is dead.
  private boolean isToBeAsked(Observation seen, long now) {
    var address = seen.address();
    if (address.isAsked()) {
      return false;
    }
    return seen.lock() == Lock.LOST
        || (!address.wasReached()
            && (address.askedAt() == 0 || now - address.askedAt() >= bounds.gapNanos()));
  }

  /// What `peer`'s address said.
  public Seen answered(ReplicaId peer, Answer answer) {
    var before = peers.get(peer);
    if (before == null) {
      return new Seen(this, List.of(), List.of());
    }
    var address = before.address();
    var after =
        before.with(
            switch (answer) {
              case Answer.Is(var id) when id.equals(peer) -> address.answered(true, false);
              case Answer.Is _, Answer.Refused _ ->
                  address.answered(address.wasReached(), address.wasReached());
              case Answer.Unclear _ -> address.answered(address.wasReached(), address.isGone());
            });
    var next = new HashMap<>(peers);
    next.put(peer, after);
    return new Seen(
        new PeerWatch(bounds, ownBeatAt, session, next),
        after.hasBothSigns() ? List.of(new Dead(peer, after.beat())) : List.of(),
        List.of());
  }
}
