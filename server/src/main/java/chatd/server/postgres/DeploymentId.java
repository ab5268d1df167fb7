package chatd.server.postgres;

import java.util.UUID;

/// The identity of everything that shares one database.
public final class DeploymentId {
  private DeploymentId() {}

  /// Made with the first migration; the same ever after.
  public static UUID of(Database database) {
    return database.single(connection ->
        Sql.of("select id from deployment")
            .first(connection, row -> Rows.uuid(row, "id"))
            .orElseThrow());
  }
}
