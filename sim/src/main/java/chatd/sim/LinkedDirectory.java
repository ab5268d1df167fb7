package chatd.sim;

import chatd.core.chat.ChatRow;
import chatd.core.chat.ReplicaId;
import chatd.engine.port.ReplicaDirectory;
import java.util.List;

/// The replicas as one of them sees them.
final class LinkedDirectory implements ReplicaDirectory {
  private final Database database;
  private final DatabaseLink link;
  private final Session session;
  private final chatd.sim.Replica process;

  LinkedDirectory(
      Database database, DatabaseLink link, Session session, chatd.sim.Replica process) {
    this.process = process;
    this.database = database;
    this.link = link;
    this.session = session;
  }

  @Override
  public List<ChatRow> register(ReplicaId me, String address, String version) {
    return link.write(
        null,
        () -> {
          var freed = database.directory.register(me, address, version);
          database.heartbeats.came(me, process);
          return freed;
        });
  }

  @Override
  public Beat beat(ReplicaId me) {
    return link.read(() -> {
      var beat = database.directory.beat(me);
      if (beat.alive()) {
        database.heartbeats.came(me, process);
      }
      return beat;
    });
  }

  @Override
  public Sight look(ReplicaId me) {
    return link.read(() -> {
      var sight = database.directory.look(me);
      return new Sight(sight.session() * 1_000 + session.number(), sight.peers());
    });
  }

  @Override
  public List<ChatRow> declareDead(ReplicaId peer, long beat) {
    return link.write(
        null,
        () -> {
          var lived = lives(peer);
          var freed = database.directory.declareDead(peer, beat);
          if (lived && !lives(peer)) {
            database.heartbeats.died(peer, process);
          }
          return freed;
        });
  }

  private boolean lives(ReplicaId id) {
    return database.directory.list().stream()
        .anyMatch(one -> one.id().equals(id) && one.state() != Replica.State.DEAD);
  }

  @Override
  public void drain(ReplicaId me) {
    link.write(
        null,
        () -> {
          database.directory.drain(me);
          return true;
        });
  }

  @Override
  public List<ChatRow> retire(ReplicaId me) {
    return link.write(null, () -> database.directory.retire(me));
  }

  @Override
  public List<ChatRow> sweep() {
    return link.write(null, () -> database.directory.sweep());
  }

  @Override
  public List<Replica> list() {
    return link.read(() -> database.directory.list());
  }
}
