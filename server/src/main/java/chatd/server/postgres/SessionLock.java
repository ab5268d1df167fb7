package chatd.server.postgres;

import chatd.core.chat.ReplicaId;

/// The advisory lock that a living replica holds in its session. It is taken in shared mode, so
/// that a replica that reconnects does not wait for its own old session, which the database may not
/// have given up yet.
final class SessionLock {
  private SessionLock() {}

  /// Those held in this database, as one column `key`.
  static final String HELD_KEYS =
      """
      select (l.classid::bigint << 32) | l.objid::bigint as key from pg_locks l
      where l.locktype = 'advisory' and l.objsubid = 1 and l.granted
        and l.database = (select oid from pg_database where datname = current_database())
      """;

  /// The id is random, and so are these bits of it.
  static long key(ReplicaId replica) {
    return replica.value().getLeastSignificantBits() ^ replica.value().getMostSignificantBits();
  }
}
