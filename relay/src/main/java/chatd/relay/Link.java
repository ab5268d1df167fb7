package chatd.relay;

import java.nio.ByteBuffer;

/// A connection between two replicas, which carries messages of bytes both ways, in order.
///
/// No method blocks, and any thread may call any of them. Calls after the end are ignored.
public interface Link {

  /// Sends one message. The next one may be given when [Listener#written] has answered this.
  void send(ByteBuffer message);

  /// Lets one more message come, of at most so many bytes; a longer one ends the link. Nothing is
  /// read before it is asked for: that is what holds up a peer that sends too fast.
  void readOn(int bytesMax);

  /// Breaks the connection. [Listener#ended] follows.
  void close();

  /// Hears what becomes of a link. Its methods return quickly and never throw; any thread may call
  /// them, several at once, and also from inside a call to the link.
  interface Listener {

    /// Bytes have come, perhaps not yet a whole message.
    void heard();

    /// The message that was asked for. The buffer has an array and is the listener's from now on.
    void received(ByteBuffer message);

    /// The connection has taken the last message.
    void written();

    /// The link is over, whoever ended it. What comes after that means nothing.
    void ended();
  }
}
