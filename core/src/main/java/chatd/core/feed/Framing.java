package chatd.core.feed;

/// How events are put on a connection.
public enum Framing {
  /// WebSocket messages, each an array of events.
  ARRAY,
  /// The same arrays, each in an envelope.
  ENVELOPE,
  /// Server-sent events, one event each, with an id to resume from.
  SSE
}
