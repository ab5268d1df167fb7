package chatd.engine.fake;

import static java.util.Objects.requireNonNull;

import chatd.core.chat.ChatCommand;
import chatd.core.chat.ChatCommand.Release;
import chatd.core.chat.ChatRow;
import chatd.core.chat.ChatStatus;
import chatd.core.chat.ReplicaId;
import chatd.engine.fake.InMemoryDatabase.Registered;
import chatd.engine.fake.InMemoryDatabase.Stored;
import chatd.engine.port.Outcome;
import chatd.engine.port.ReplicaDirectory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.function.Predicate;

/// The replicas of an in-memory deployment. Session locks are what the test says.
public final class InMemoryReplicaDirectory implements ReplicaDirectory {
  private final InMemoryDatabase database;

  public InMemoryReplicaDirectory(InMemoryDatabase database) {
    this.database = database;
  }

  @Override
  public List<ChatRow> register(ReplicaId me, String address, String version) {
    synchronized (database) {
      List<ChatRow> released = new ArrayList<>();
      for (var other : List.copyOf(database.replicas.values())) {
        if (other.address.equals(address) && other.state != Replica.State.DEAD) {
          if (other.lockHeld) {
            throw new AddressInUse(address, other.id);
          }
          released.addAll(bury(other, Release.Why.DIED));
        }
      }
      database.replicas.put(me, new Registered(me, address, version, database.now()));
      return released;
    }
  }

  @Override
  public Beat beat(ReplicaId me) {
    synchronized (database) {
      var replica = database.replicas.get(me);
      if (replica == null || replica.state == Replica.State.DEAD) {
        return new Beat(false, List.of(), database.now());
      }
      replica.beat++;
      replica.beatAt = database.now();
      return new Beat(
          true, ownedBy(me).stream().map(stored -> owned(stored.row())).toList(), replica.beatAt);
    }
  }

  private static Owned owned(ChatRow row) {
    var versions = row.versions();
    return new Owned(
        row.id(),
        requireNonNull(row.ownership()).run(),
        row.status(),
        versions.history(),
        versions.snapshot());
  }

  @Override
  public Sight look(ReplicaId me) {
    synchronized (database) {
      return new Sight(
          database.session,
          database.replicas.values().stream()
              .filter(peer -> !peer.id.equals(me) && peer.state != Replica.State.DEAD)
              .map(this::peer)
              .toList());
    }
  }

  private Peer peer(Registered peer) {
    var turns =
        peer.state == Replica.State.ALIVE
            ? OptionalInt.of(ownedBy(peer.id).size())
            : OptionalInt.empty();
    return new Peer(peer.id, peer.address, peer.beat, peer.lockHeld, turns);
  }

  @Override
  public List<ChatRow> declareDead(ReplicaId peer, long beat) {
    synchronized (database) {
      var found = database.replicas.get(peer);
      if (found == null || found.state == Replica.State.DEAD || found.beat != beat) {
        return List.of();
      }
      return bury(found, Release.Why.DIED);
    }
  }

  @Override
  public void drain(ReplicaId me) {
    synchronized (database) {
      var replica = database.replicas.get(me);
      if (replica != null && replica.state == Replica.State.ALIVE) {
        replica.state = Replica.State.DRAINING;
      }
    }
  }

  @Override
  public List<ChatRow> retire(ReplicaId me) {
    synchronized (database) {
      var replica = database.replicas.get(me);
      return replica == null ? List.of() : bury(replica, Release.Why.DRAINED);
    }
  }

  @Override
  public List<ChatRow> sweep() {
    synchronized (database) {
      List<ChatRow> changed = new ArrayList<>();
      for (var stored : chats(stored -> stored.row().ownership() != null)) {
        var owner = requireNonNull(stored.row().ownership()).replica();
        var replica = database.replicas.get(owner);
        if (replica == null || replica.state == Replica.State.DEAD) {
          apply(stored, new Release(owner, Release.Why.DIED), changed);
        }
      }
      for (var stored : chats(stored -> stored.row().status() == ChatStatus.REQUIRES_ACTION)) {
        apply(stored, new ChatCommand.ExpireActions(), changed);
      }
      return changed;
    }
  }

  @Override
  public List<Replica> list() {
    synchronized (database) {
      var now = database.now();
      return database.replicas.values().stream()
          .map(replica ->
              new Replica(
                  replica.id,
                  replica.address,
                  replica.version,
                  replica.startedAt,
                  Duration.between(replica.beatAt, now),
                  ownedBy(replica.id).size(),
                  replica.state))
          .toList();
    }
  }

  private List<ChatRow> bury(Registered replica, Release.Why why) {
    replica.state = Replica.State.DEAD;
    List<ChatRow> released = new ArrayList<>();
    for (var stored : ownedBy(replica.id)) {
      apply(stored, new Release(replica.id, why), released);
    }
    return released;
  }

  private void apply(Stored stored, ChatCommand command, List<ChatRow> changed) {
    if (database.apply(stored.row().id(), command) instanceof Outcome.Done done) {
      changed.add(done.chat().row());
    }
  }

  private List<Stored> ownedBy(ReplicaId replica) {
    return chats(stored ->
        stored.row().ownership() != null && stored.row().ownership().replica().equals(replica));
  }

  private List<Stored> chats(Predicate<Stored> which) {
    return database.chats.values().stream().filter(which).toList();
  }
}
