package chatd.engine.port;

import chatd.core.feed.CloseReason;

/// The connection on which one viewer is served.
///
/// No method blocks. One thread at a time calls `write`, and only when the write before it was
/// answered; `ping` and `end` may come at any moment. Calls after the end are ignored.
public interface Carrier {

  /// Sends these bytes as one unit: one WebSocket text message (they are valid UTF-8), or a run of
  /// server-sent-event text. The bytes are shared with other viewers and are never changed.
  ///
  /// Answered by exactly one of [CarrierListener#written] and [CarrierListener#ended], possibly
  /// before this method returns.
  void write(byte[] bytes);

  /// Sends a sign of life: a WebSocket ping, or a comment on a stream of server-sent events.
  ///
  /// During a write a WebSocket ping goes between two pieces, and a comment is dropped: the bytes
  /// of the write are a sign of life themselves. While one ping is still pending, another is
  /// dropped.
  void ping();

  /// Ends the stream: with a close frame that carries the reason, or with the end of the response.
  /// A write in flight is given up. Only the first call counts; [CarrierListener#ended] follows.
  void end(CloseReason reason);
}
