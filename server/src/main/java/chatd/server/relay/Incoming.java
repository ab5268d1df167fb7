package chatd.server.relay;

import chatd.relay.Link;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// What a socket tells of itself and what comes in on it, for the one who hears a link: from before
/// there is such a one until after the end.
final class Incoming {
  private static final byte[] NOTHING = {};

  /// Asks the socket for one more piece.
  private final Runnable demand;

  // Guarded by this.
  private Link.@Nullable Listener listener;
  private int bytesMax;
  private boolean written;
  private boolean over;

  // Touched only while a piece that was asked for comes in.
  private byte[] message = NOTHING;
  private int length;

  Incoming(Runnable demand) {
    this.demand = demand;
  }

  /// There is somebody now. What was asked for or has happened before is made up for.
  void attach(Link.Listener hears) {
    boolean wasAsked;
    boolean wasWritten;
    boolean wasOver;
    synchronized (this) {
      listener = hears;
      wasAsked = bytesMax > 0;
      wasWritten = written;
      wasOver = over;
    }
    if (wasOver) {
      hears.ended();
      return;
    }
    if (wasWritten) {
      hears.written();
    }
    if (wasAsked) {
      demand.run();
    }
  }

  void readOn(int most) {
    synchronized (this) {
      bytesMax = most;
      if (listener == null) {
        return;
      }
    }
    demand.run();
  }

  /// A piece of a message. False: the message would be longer than it may be.
  boolean piece(ByteBuffer piece, boolean last) {
    var hears = listener();
    if (hears == null || piece.remaining() > bytesMax() - length) {
      return false;
    }
    var longer = length + piece.remaining();
    if (longer > message.length) {
      message = Arrays.copyOf(message, last ? longer : Math.max(longer, 2 * message.length));
    }
    piece.get(message, length, longer - length);
    length = longer;
    hears.heard();
    if (last) {
      hears.received(take());
    } else {
      demand.run();
    }
    return true;
  }

  private ByteBuffer take() {
    var whole = ByteBuffer.wrap(message, 0, length);
    message = NOTHING;
    length = 0;
    return whole;
  }

  /// The socket has taken what it was given.
  void written() {
    Link.Listener hears;
    synchronized (this) {
      hears = listener;
      written = true;
    }
    if (hears != null) {
      hears.written();
    }
  }

  /// The socket is gone, or will be at once. Only the first call counts.
  void ended() {
    Link.Listener hears;
    synchronized (this) {
      hears = over ? null : listener;
      over = true;
    }
    if (hears != null) {
      hears.ended();
    }
  }

  private synchronized Link.@Nullable Listener listener() {
    return listener;
  }

  private synchronized int bytesMax() {
    return bytesMax;
  }
}
