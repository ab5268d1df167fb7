package chatd.server.postgres;

import chatd.engine.port.Leftovers;
import java.time.Duration;

/// Deletes old rows. Each row is locked before it is deleted, and one that is locked already is
/// passed over.
public final class PostgresLeftovers implements Leftovers {
  private static final Duration DEAD_REPLICAS_KEPT = Duration.ofDays(1);
  private static final Duration TOMBSTONES_KEPT = Duration.ofDays(7);

  private final Database database;

  public PostgresLeftovers(Database database) {
    this.database = database;
  }

  @Override
  public int delete(Kind kind, int max) {
    return database.single(deletion(kind, max)::update);
  }

  /// Reads no more than what is old.
  static Sql deletion(Kind kind, int max) {
    return switch (kind) {
      case REQUEST_KEYS ->
          older("idempotency_keys", "created_at", RequestKeys.KEPT, max)
              .add(
                  """
                  delete from idempotency_keys t using old
                  where t.user_id = old.user_id and t.key = old.key
                  """);
      case EXPIRED_TOKENS ->
          older("tokens", "expires_at", Duration.ZERO, max)
              .add("delete from tokens t using old where t.id = old.id");
      case DEAD_REPLICAS ->
          older("replicas", "ended_at", DEAD_REPLICAS_KEPT, max)
              .add("delete from replicas t using old where t.id = old.id");
      case TOMBSTONES ->
          older("chat_tombstones", "deleted_at", TOMBSTONES_KEPT, max)
              .add("delete from chat_tombstones t using old where t.chat_id = old.chat_id");
      case TITLE_CLAIMS ->
          older("title_claims", "ends_at", Duration.ZERO, max)
              .add("delete from title_claims t using old where t.chat_id = old.chat_id");
    };
  }

  /// Rows whose time in this column is longer ago than that, the oldest first.
  private static Sql older(String table, String column, Duration age, int max) {
    return Sql.of("with old as materialized (select * from ")
        .add(table)
        .add(" where ")
        .add(column)
        // The start of the transaction is a fixed time, so the index serves.
        .add(" < now() - make_interval(secs => ?) order by ", (double) age.toSeconds())
        .add(column)
        .add(" limit ? for update skip locked) ", max);
  }
}
