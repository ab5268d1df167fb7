package chatd.server.stream;

import chatd.core.feed.CloseReason;
import java.nio.ByteBuffer;

/// One connection, as its carrier uses it.
///
/// It is given one thing at a time: each of `piece`, `ping` and `close` is answered by a call of
/// [PieceCarrier#taken] or [PieceCarrier#broken], possibly before the method returns.
interface Outlet {

  /// Sends one piece of a message.
  void piece(ByteBuffer bytes, boolean first, boolean last);

  /// Sends a sign of life.
  void ping();

  /// Says goodbye in the way of this kind of connection.
  void close(CloseReason reason);

  /// Breaks the connection without a word. [PieceCarrier#gone] follows.
  void abort();
}
