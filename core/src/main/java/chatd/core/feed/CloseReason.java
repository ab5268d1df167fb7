package chatd.core.feed;

/// Why a stream ended, as clients are told. Nothing closes a stream with a bare number.
public enum CloseReason {
  /// The client closed by itself.
  CLIENT_CLOSED(1000, "", true),
  /// The replica stops, and its turns are finished or released.
  DRAINING(1001, "draining", true),
  /// The replica was declared dead by the others and registers anew.
  RECONNECT(1001, "reconnect", true),
  /// The client answered no ping, and nothing was waiting for it.
  LIVENESS_PROBE_FAILED(1001, "liveness probe failed", true),
  /// Changes may have been missed: the client has to read the list again. On watch only.
  RESYNC(1001, "resync", true),
  /// The client sent a data message on a socket that goes one way.
  CLIENT_MESSAGE(1008, "Clients cannot send messages on this socket.", false),
  /// The chat was deleted or is no longer the user's.
  GONE(1008, "gone", false),
  /// The token that opened the stream has ended.
  SESSION_EXPIRED(1008, "session expired", false),
  /// The server cannot go on with this stream.
  INTERNAL_ERROR(1011, "internal error", true),
  /// Events were waiting, and the client accepted no byte of them.
  NO_PROGRESS(1013, "no progress", true);

  private final int code;
  private final String text;
  private final boolean mayReconnect;

  CloseReason(int code, String text, boolean mayReconnect) {
    this.code = code;
    this.text = text;
    this.mayReconnect = mayReconnect;
  }

  /// The WebSocket close code.
  public int code() {
    return code;
  }

  /// The exact reason text of the close frame; empty when there is nothing to say.
  public String text() {
    return text;
  }

  /// Whether it makes sense for the client to open the stream again with the same token.
  public boolean mayReconnect() {
    return mayReconnect;
  }
}
