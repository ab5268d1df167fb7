package chatd.engine.port;

/// What is stored and of no use to anybody any more. How old that is, the store decides, by the
/// clock of the database.
public interface Leftovers {

  /// Deletes at most `max` of this kind, and returns how many. What somebody else is deleting at
  /// the moment is left to them.
  ///
  /// @throws StoreException on a fault
  int delete(Kind kind, int max);

  /// What there is to delete.
  enum Kind {
    /// Answers to requests, kept for those who repeat one.
    REQUEST_KEYS,
    EXPIRED_TOKENS,
    /// Rows of dead replicas, which are no longer listed.
    DEAD_REPLICAS,
    /// What tells those who were away that a chat was deleted.
    TOMBSTONES,
    TITLE_CLAIMS
  }
}
