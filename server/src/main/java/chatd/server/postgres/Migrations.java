package chatd.server.postgres;

import chatd.engine.port.StoreException;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;

/// Brings a database to the tables that this version needs. Several replicas may do so at once.
public final class Migrations {
  private Migrations() {}

  /// Applies what is missing and waits as long as it takes: the bounds of ordinary connections do
  /// not apply.
  ///
  /// @throws StoreException if the database cannot be reached or holds something else; the message
  ///   is one sentence for the operator, without a secret
  public static void run(DatabaseUrl url) {
    try {
      migrate(url);
    } catch (FlywayException e) {
      throw new StoreException(
          StoreException.Kind.UNAVAILABLE,
          "The database " + url + " cannot be used: " + Faults.reason(e) + ".",
          e);
    }
  }

  private static void migrate(DatabaseUrl url) {
    var properties = url.properties();
    Flyway.configure()
        .dataSource(url.jdbc(), properties.getProperty("user"), properties.getProperty("password"))
        .jdbcProperties(url.parameters())
        .locations("classpath:db/migration")
        .load()
        .migrate();
  }
}
