package chatd.server.postgres;

import chatd.engine.port.StoreException;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.concurrent.TimeUnit;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.flywaydb.core.internal.exception.FlywayMigrateException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Brings a database to the tables that this version needs. Several replicas may do so at once,
/// while others work with the tables.
///
/// A change of a table waits for everybody who reads it, a backup for example, and whoever comes
/// later waits behind the change. So it waits for a moment only, lets the others go first, and
/// tries again.
public final class Migrations {
  private static final Logger LOG = LoggerFactory.getLogger(Migrations.class);

  private static final String BRIEF = "-c lock_timeout=1s";
  private static final int AS_LONG_AS_IT_TAKES = -1;

  private Migrations() {}

  /// Applies what is missing and waits as long as it takes: the bounds of ordinary connections do
  /// not apply.
  ///
  /// @throws StoreException if the database cannot be reached or holds something else; the message
  ///   is one sentence for the operator, without a secret
  public static void run(DatabaseUrl url) {
    try {
      while (!isMigrated(url)) {
        TimeUnit.SECONDS.sleep(2); // In which those who waited behind get through.
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StoreException(StoreException.Kind.UNAVAILABLE, "interrupted", e);
    } catch (FlywayException e) {
      throw new StoreException(
          StoreException.Kind.UNAVAILABLE,
          "The database " + url + " cannot be used: " + reason(e) + ".",
          e);
    }
  }

  /// False: a table was in use for too long. What was begun is undone.
  private static boolean isMigrated(DatabaseUrl url) {
    try {
      migrate(url);
      return true;
    } catch (FlywayException e) {
      if (!isLockTimeout(e)) {
        throw e;
      }
      LOG.info("A table that is to be changed is in use; trying again");
      return false;
    }
  }

  private static boolean isLockTimeout(FlywayException failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof SQLException refused && Faults.isLockTimeout(refused)) {
        return true;
      }
    }
    return false;
  }

  private static String reason(FlywayException failure) {
    return failure instanceof FlywayMigrateException failed
        ? failed.getMigration().getScript() + " failed, " + Faults.reason(failed)
        : Faults.reason(failure);
  }

  private static void migrate(DatabaseUrl url) {
    var properties = url.properties();
    var parameters = new HashMap<>(url.parameters());
    parameters.put("options", BRIEF);
    Flyway.configure()
        .dataSource(url.jdbc(), properties.getProperty("user"), properties.getProperty("password"))
        .jdbcProperties(parameters)
        .locations("classpath:db/migration")
        .lockRetryCount(AS_LONG_AS_IT_TAKES)
        .load()
        .migrate();
  }
}
