package chatd.engine.port;

/// Hears what becomes of a [Carrier].
///
/// Called by any thread, but one call at a time, never under a lock, and possibly from inside a
/// call to the carrier. The methods must return quickly; one that throws ends the stream.
public interface CarrierListener {

  /// The connection has accepted the last byte of the write in flight. The next one may be given.
  void written();

  /// The client shows life: its connection accepted a piece of a write, or it answered a ping. The
  /// last piece of a write is not told in this way; `written` is progress too.
  void progressed();

  /// The stream is over: the client closed, the connection failed, or the carrier was ended. Called
  /// exactly once, and nothing follows it.
  void ended();
}
