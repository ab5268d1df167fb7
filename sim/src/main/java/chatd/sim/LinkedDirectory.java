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

  private final Beats beats;

  /// Hears when heartbeats are sent, and of those that counted.
  interface Beats {
    long sent();

    void confirmed(long sent);
  }

  LinkedDirectory(Database database, DatabaseLink link, Session session, Beats beats) {
    this.database = database;
    this.link = link;
    this.session = session;
    this.beats = beats;
  }

  @Override
  public List<ChatRow> register(ReplicaId me, String address, String version) {
    var sent = beats.sent();
    var released = link.write(null, () -> database.directory.register(me, address, version));
    beats.confirmed(sent);
    return released;
  }

  @Override
  public Beat beat(ReplicaId me) {
    var sent = beats.sent();
    var beat = link.read(() -> database.directory.beat(me));
    if (beat.alive()) {
      beats.confirmed(sent);
    }
    return beat;
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
    return link.write(null, () -> database.directory.declareDead(peer, beat));
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
