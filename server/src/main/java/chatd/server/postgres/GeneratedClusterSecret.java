package chatd.server.postgres;

import java.security.SecureRandom;
import java.util.HexFormat;

/// The secret by which replicas know each other when their operator names none. Whoever may read
/// the database is one of them already.
public final class GeneratedClusterSecret {
  private static final int BYTES = 32;

  private GeneratedClusterSecret() {}

  /// The same for every replica over this database, and ever after.
  public static String of(Database database) {
    var fresh = new byte[BYTES];
    new SecureRandom().nextBytes(fresh);
    return database.single(connection ->
        Sql.of(
                """
                update deployment set cluster_secret = coalesce(cluster_secret, ?)
                returning cluster_secret
                """,
                HexFormat.of().formatHex(fresh))
            .first(connection, row -> row.getString("cluster_secret"))
            .orElseThrow());
  }
}
