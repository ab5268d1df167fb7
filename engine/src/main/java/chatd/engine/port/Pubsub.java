package chatd.engine.port;

/// Carries hints between replicas. Best effort: what is lost is repaired by polling.
public interface Pubsub {

  /// Passes a hint on. Returns at once; hints of a few milliseconds leave together, the newest of
  /// each chat only. This replica's own listener does not hear it.
  void publish(Hint hint);

  /// Starts to listen. Called once.
  void listen(Listener listener);

  /// Called on the carrier's thread; must return quickly.
  interface Listener {
    void hinted(Hint hint);

    /// The connection was lost and is back: whatever was sent in between is lost.
    void resumed();
  }
}
