package chatd.server.postgres;

import chatd.core.chat.ChatCommand.Release;
import chatd.core.chat.ChatFacts.QueueLimits;
import chatd.core.chat.ChatRow;
import chatd.core.chat.ReplicaId;
import chatd.core.chat.RunId;
import chatd.core.message.ChatId;
import chatd.engine.port.ReplicaDirectory;
import chatd.engine.port.StoreException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalInt;

/// The replicas' rows, and the locks that their processes hold.
public final class PostgresReplicaDirectory implements ReplicaDirectory, AutoCloseable {
  private final Database database;
  private final QueueLimits queueLimits;
  private final ApartConnection apart;

  public PostgresReplicaDirectory(Database database, QueueLimits queueLimits) {
    this.database = database;
    this.queueLimits = queueLimits;
    this.apart = new ApartConnection(database);
  }

  private record Life(boolean alive, Instant now) {}

  private record Rival(ReplicaId id, boolean lockHeld) {}

  @Override
  public List<ChatRow> register(ReplicaId me, String address, String version) {
    List<Rival> rivals = new ArrayList<>();
    var released =
        database.transaction(connection -> {
          rivals.addAll(rivals(connection, address));
          return register(connection, me, address, version, rivals);
        });
    rivals.forEach(rival -> terminate(rival.id()));
    return released;
  }

  private List<ChatRow> register(
      Connection connection, ReplicaId me, String address, String version, List<Rival> rivals)
      throws SQLException {
    List<ChatRow> released = new ArrayList<>();
    for (var rival : rivals) {
      if (rival.lockHeld()) {
        throw new AddressInUse(address, rival.id());
      }
      // We listen at its address, so its process is gone.
      released.addAll(new Releases(connection, queueLimits).bury(rival.id(), Release.Why.DIED));
    }
    Sql.of(
            """
            insert into replicas (id, address, version, lock_key, state)
            values (?, ?, ?, ?, 'alive')
            """,
            me.value(),
            address,
            version,
            SessionLock.key(me))
        .update(connection);
    return released;
  }

  private static List<Rival> rivals(Connection connection, String address) throws SQLException {
    return Sql.of(
            "select r.id, r.lock_key in ("
                + SessionLock.HELD_KEYS
                + """
                ) as lock_held from replicas r
                where r.address = ? and r.state <> 'dead' order by r.id for update of r
                """,
            address)
        .list(
            connection,
            row -> new Rival(new ReplicaId(Rows.uuid(row, "id")), row.getBoolean("lock_held")));
  }

  @Override
  public Beat beat(ReplicaId me) {
    List<Owned> owned = new ArrayList<>();
    var lives =
        apart.single(connection ->
            Sql.of(
                    """
                    with beaten as (
                      update replicas set beat = beat + 1, beat_at = clock_timestamp()
                      where id = ? and state <> 'dead' returning id)
                    select b.id is not null as alive, clock_timestamp() as now, c.id, c.run, c.status,
                      c.history_version, c.snapshot_version
                    from (select 1) as one left join beaten b on true
                      left join chats c on c.owner = ?
                    """,
                    me.value(),
                    me.value())
                .list(
                    connection,
                    row -> {
                      if (row.getObject("run") != null) {
                        owned.add(owned(row));
                      }
                      return new Life(row.getBoolean("alive"), Rows.time(row, "now"));
                    }));
    var life = lives.getFirst();
    return new Beat(life.alive(), owned, life.now());
  }

  private static Owned owned(ResultSet row) throws SQLException {
    return new Owned(
        new ChatId(Rows.uuid(row, "id")),
        new RunId(Rows.uuid(row, "run")),
        ChatColumns.status(row.getString("status")),
        row.getLong("history_version"),
        row.getLong("snapshot_version"));
  }

  @Override
  public Sight look(ReplicaId me) {
    return apart.single(connection ->
        new Sight(
            apart.session(),
            Sql.of(
                    "select r.id, r.address, r.beat, r.lock_key in ("
                        + SessionLock.HELD_KEYS
                        + """
                        ) as lock_held,
                          case when r.state = 'alive' then
                            (select count(*) from chats c where c.owner = r.id) end as running_turns
                        from replicas r where r.state <> 'dead' and r.id <> ?
                        """,
                    me.value())
                .list(connection, PostgresReplicaDirectory::peer)));
  }

  private static Peer peer(ResultSet row) throws SQLException {
    return new Peer(
        new ReplicaId(Rows.uuid(row, "id")),
        row.getString("address"),
        row.getLong("beat"),
        row.getBoolean("lock_held"),
        row.getObject("running_turns") == null
            ? OptionalInt.empty()
            : OptionalInt.of(row.getInt("running_turns")));
  }

  @Override
  public List<ChatRow> declareDead(ReplicaId peer, long beat) {
    List<ReplicaId> dead = new ArrayList<>();
    var released =
        database.transaction(connection -> {
          if (!isStill(connection, peer, beat)) {
            return List.<ChatRow>of();
          }
          dead.add(peer);
          return new Releases(connection, queueLimits).bury(peer, Release.Why.DIED);
        });
    dead.forEach(this::terminate);
    return released;
  }

  /// Waits for those who are taking chats for the replica, and keeps others from doing so.
  private static boolean isStill(Connection connection, ReplicaId peer, long beat)
      throws SQLException {
    return Sql.of(
            "select 1 from replicas where id = ? and beat = ? and state <> 'dead' for update",
            peer.value(),
            beat)
        .first(connection, row -> row.getInt(1))
        .isPresent();
  }

  /// Ends what a frozen process left open, which may hold rows. If that fails, the database's own
  /// bounds end it a little later.
  private void terminate(ReplicaId dead) {
    try {
      database.single(connection ->
          Sql.of(
                  """
                  select pg_terminate_backend(pid) from pg_stat_activity
                  where application_name = ? and datname = current_database()
                  """,
                  dead.toString())
              .list(connection, row -> row.getBoolean(1)));
    } catch (StoreException _) {
      // The death is committed; whoever asked for it has to hear what it released.
    }
  }

  @Override
  public void drain(ReplicaId me) {
    database.single(connection ->
        Sql.of(
                "update replicas set state = 'draining' where id = ? and state = 'alive'",
                me.value())
            .update(connection));
  }

  @Override
  public List<ChatRow> retire(ReplicaId me) {
    // Twice: what was locked the first time may be free when the row says that nobody is there.
    List<ChatRow> released =
        new ArrayList<>(
            database.transaction(connection ->
                new Releases(connection, queueLimits).release(me, Release.Why.DRAINED)));
    released.addAll(
        database.transaction(
            connection -> new Releases(connection, queueLimits).bury(me, Release.Why.DRAINED)));
    return released;
  }

  @Override
  public List<ChatRow> sweep() {
    List<ChatRow> changed =
        new ArrayList<>(
            database.transaction(
                connection -> new Releases(connection, queueLimits).releaseOrphans()));
    changed.addAll(
        database.transaction(connection -> new Releases(connection, queueLimits).expireActions()));
    return changed;
  }

  @Override
  public List<Replica> list() {
    return database.single(connection ->
        Sql.of(
                """
                select r.id, r.address, r.version, r.started_at, r.state,
                  extract(epoch from clock_timestamp() - r.beat_at) * 1000 as age_millis,
                  (select count(*) from chats c where c.owner = r.id) as running_turns
                from replicas r
                where r.ended_at is null or r.ended_at > clock_timestamp() - interval '1 hour'
                order by r.started_at, r.id
                """)
            .list(connection, PostgresReplicaDirectory::replica));
  }

  private static Replica replica(ResultSet row) throws SQLException {
    return new Replica(
        new ReplicaId(Rows.uuid(row, "id")),
        row.getString("address"),
        row.getString("version"),
        Rows.time(row, "started_at"),
        Duration.ofMillis(Math.max(0, row.getLong("age_millis"))),
        row.getInt("running_turns"),
        Replica.State.valueOf(row.getString("state").toUpperCase(Locale.ROOT)));
  }

  @Override
  public void close() {
    apart.close();
  }
}
