package chatd.engine.port;

/// Carries hints between replicas. Best effort: what is lost is repaired by polling.
public interface Pubsub {

  /// Passes a hint on. Returns at once; hints of a few milliseconds leave together, the newest of
  /// each chat only. This replica's own listener does not hear it.
  void publish(Hint hint);

  /// Tells the others that providers or models changed. Returns at once.
  void publishModels();

  /// Starts to listen. Called once.
  void listen(Listener listener);

  /// Called on the carrier's thread; must return quickly.
  interface Listener {
    void hinted(Hint hint);

    /// Providers or models changed.
    void modelsChanged();

    /// The connection was lost and is back: whatever was sent in between is lost.
    void resumed();
  }
}
