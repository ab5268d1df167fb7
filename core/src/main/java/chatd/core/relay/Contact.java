package chatd.core.relay;

/// Where one replica stands with a peer. Times are monotonic nanoseconds; `failures` counts those
/// in a row.
public sealed interface Contact {

  /// Nothing is wanted of it, or its address is not known yet.
  record Closed() implements Contact {}

  record Dialing(long dial, int failures, long until) implements Contact {}

  /// There is a link.
  ///
  /// @param openedAt since when the link is open
  /// @param heardAt when the last byte came
  /// @param pingAt when the next ping is due
  /// @param emptiedAt since when the link is without streams, if it is
  record Open(long dial, int failures, long openedAt, long heardAt, long pingAt, long emptiedAt)
      implements Contact {

    Open heard(long now) {
      return new Open(dial, failures, openedAt, now, pingAt, emptiedAt);
    }

    Open pinged(long next) {
      return new Open(dial, failures, openedAt, heardAt, next, emptiedAt);
    }

    Open emptied(long now) {
      return new Open(dial, failures, openedAt, heardAt, pingAt, now);
    }

    Open proven() {
      return new Open(dial, 0, openedAt, heardAt, pingAt, emptiedAt);
    }
  }

  record Backoff(int failures, long until) implements Contact {}

  /// It has another secret.
  record Refused() implements Contact {}

  /// It is dead, or somebody else is at its address.
  record Gone() implements Contact {}
}
