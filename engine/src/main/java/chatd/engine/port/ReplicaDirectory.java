package chatd.engine.port;

import chatd.core.chat.ChatRow;
import chatd.core.chat.ChatStatus;
import chatd.core.chat.ReplicaId;
import chatd.core.chat.RunId;
import chatd.core.message.ChatId;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.OptionalInt;

/// The replicas of a deployment, their signs of life, and what they own.
///
/// `beat` and `look` use a connection of their own with short timeouts, so that a busy pool never
/// looks like a death. Every call throws [StoreException] on a fault.
public interface ReplicaDirectory {

  /// Enters this replica. A row with the same address whose lock is free is declared dead in the
  /// same transaction, and the chats it had are released (returned, to be announced).
  ///
  /// @throws AddressInUse if a live replica has this address
  List<ChatRow> register(ReplicaId me, String address, String version);

  /// This replica's sign of life.
  Beat beat(ReplicaId me);

  /// What can be seen of the other replicas that are not dead.
  Sight look(ReplicaId me);

  /// Declares a replica dead if its heartbeat counter is still `beat`, and releases its chats.
  /// Empty: it lives, or was dead already.
  List<ChatRow> declareDead(ReplicaId peer, long beat);

  /// Takes no more turns; visible to everybody.
  void drain(ReplicaId me);

  /// Leaves for good. Chats still owned are released.
  List<ChatRow> retire(ReplicaId me);

  /// Repairs, for any replica, what nobody looks after: chats whose owner is not alive,
  /// interruptions without an owner, client tools past their deadline. Returns the chats that
  /// changed.
  List<ChatRow> sweep();

  /// All replicas, those included that have died within the last hour.
  List<Replica> list();

  /// `alive` false: this replica was declared dead. `owned`: every chat it has by the database,
  /// whose time is `now`.
  record Beat(boolean alive, List<Owned> owned, Instant now) {
    public Beat {
      owned = List.copyOf(owned);
    }
  }

  record Owned(ChatId chat, RunId run, ChatStatus status, long historyVersion, long snapshot) {}

  /// The others, as seen in the session of the database with this number: after a fault the next
  /// look is made in another one.
  record Sight(long session, List<Peer> peers) {
    public Sight {
      peers = List.copyOf(peers);
    }
  }

  /// `lockHeld`: the session lock that a living process holds. `runningTurns`: the chats it has, if
  /// it takes more; empty: it is about to leave.
  record Peer(
      ReplicaId id, String address, long beat, boolean lockHeld, OptionalInt runningTurns) {}

  record Replica(
      ReplicaId id,
      String address,
      String version,
      Instant startedAt,
      Duration heartbeatAge,
      int runningTurns,
      State state) {
    public enum State {
      ALIVE,
      DRAINING,
      DEAD
    }
  }

  /// Another living replica has the address of this one.
  final class AddressInUse extends RuntimeException {
    private static final long serialVersionUID = 1;

    public AddressInUse(String address, ReplicaId by) {
      super("The address " + address + " is in use by replica " + by);
    }
  }
}
