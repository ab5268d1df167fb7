package chatd.engine.port;

/// The store could not do what was asked. Refusals are no exceptions; these are faults.
public final class StoreException extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final Kind kind;

  public enum Kind {
    /// Nothing was written: no connection, or the database gave up before the commit.
    UNAVAILABLE,
    /// The commit was sent and its answer is lost. It may have happened.
    OUTCOME_UNKNOWN,
    /// The database refuses what it was given; trying again cannot help.
    BROKEN
  }

  public StoreException(Kind kind, String message, Throwable cause) {
    super(message, cause);
    this.kind = kind;
  }

  public StoreException(Kind kind, String message) {
    super(message);
    this.kind = kind;
  }

  public Kind kind() {
    return kind;
  }
}
