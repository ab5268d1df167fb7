package chatd.server.postgres;

import chatd.engine.port.StoreException;
import java.net.UnknownHostException;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/// What an error of the database means to the store's callers.
final class Faults {
  private static final String LOCK_NOT_AVAILABLE = "55P03";

  private Faults() {}

  /// A statement failed; its transaction is rolled back.
  static StoreException inStatement(SQLException e) {
    var kind =
        switch (category(e)) {
          case "22", "23", "42" -> StoreException.Kind.BROKEN;
          default -> StoreException.Kind.UNAVAILABLE;
        };
    return new StoreException(kind, message(e), e);
  }

  /// A commit failed. Only an answer of the database itself says that nothing was written.
  static StoreException inCommit(SQLException e) {
    var kind =
        switch (category(e)) {
          case "23", "25", "40" -> StoreException.Kind.UNAVAILABLE;
          default -> StoreException.Kind.OUTCOME_UNKNOWN;
        };
    return new StoreException(kind, message(e), e);
  }

  /// Whether somebody else held a row for too long.
  static boolean isLockTimeout(StoreException e) {
    return e.getCause() instanceof SQLException cause && isLockTimeout(cause);
  }

  static boolean isLockTimeout(SQLException e) {
    return LOCK_NOT_AVAILABLE.equals(e.getSQLState());
  }

  private static String category(SQLException e) {
    @Nullable String state = e.getSQLState();
    return state == null || state.length() < 2 ? "" : state.substring(0, 2);
  }

  private static String message(SQLException e) {
    return "database: " + e.getMessage();
  }

  /// The innermost reason, in one line without a full stop.
  static String reason(Throwable failure) {
    var cause = failure;
    while (cause.getCause() != null) {
      cause = cause.getCause();
    }
    if (cause instanceof UnknownHostException) {
      return "no machine is called " + cause.getMessage();
    }
    var text = String.valueOf(cause.getMessage()).lines().findFirst().orElse("");
    return text.endsWith(".") ? text.substring(0, text.length() - 1) : text;
  }
}
