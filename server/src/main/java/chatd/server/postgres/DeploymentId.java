package chatd.server.postgres;

import java.time.Instant;
import java.util.UUID;

/// The identity of everything that shares one database, and since when it has one.
public record DeploymentId(UUID id, Instant since) {

  /// Made with the first migration; the same ever after.
  public static DeploymentId of(Database database) {
    return database.single(connection ->
        Sql.of("select id, created_at from deployment")
            .first(
                connection,
                row -> new DeploymentId(Rows.uuid(row, "id"), Rows.time(row, "created_at")))
            .orElseThrow());
  }
}
