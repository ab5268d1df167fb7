package chatd.relay;

/// Opens links.
@FunctionalInterface
public interface Dialer {

  /// Begins to connect to the replica at this address, and returns at once. Whoever calls has a
  /// deadline of its own and cancels after it.
  Dialing dial(String address, Answer answer);

  /// Hears how it ends: by one of these calls, on any thread, possibly before `dial` returns. After
  /// a cancel none may come, or still one.
  interface Answer {

    /// There is a link. It tells the returned listener of everything from now on.
    Link.Listener opened(Link link);

    void failed(Throwable cause);
  }

  /// A dialling in progress.
  @FunctionalInterface
  interface Dialing {

    /// Gives it up. Without effect when it is over.
    void cancel();
  }
}
