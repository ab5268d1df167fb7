package chatd.server.relay;

import chatd.relay.Link;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.function.Function;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.websocket.core.CloseStatus;
import org.eclipse.jetty.websocket.core.CoreSession;
import org.eclipse.jetty.websocket.core.Frame;
import org.eclipse.jetty.websocket.core.FrameHandler;
import org.eclipse.jetty.websocket.core.OpCode;
import org.jspecify.annotations.Nullable;

/// One end of a link, accepted or dialled. It has no thread: what it sends is given to Jetty, which
/// answers when the socket has taken it, and a frame is read only when it was asked for.
final class WebSocketLink implements Link, FrameHandler {
  private final Function<Link, Link.Listener> opening;
  private final Incoming incoming = new Incoming(this::demand);
  private volatile @Nullable CoreSession session;

  /// `opening` is told of the link when it is one, and returns who is to hear of it.
  WebSocketLink(Function<Link, Link.Listener> opening) {
    this.opening = opening;
  }

  /// Whether it has ever been a link.
  boolean wasOpened() {
    return session != null;
  }

  @Override
  public void onOpen(CoreSession opened, Callback callback) {
    session = opened;
    opened.setIdleTimeout(Duration.ZERO); // Who is dead is decided by what is said on the link.
    callback.succeeded();
    incoming.attach(opening.apply(this));
  }

  @Override
  public void onFrame(Frame frame, Callback callback) {
    switch (frame.getOpCode()) {
      case OpCode.BINARY, OpCode.CONTINUATION -> {
        var fits = incoming.piece(frame.getPayload(), frame.isFin());
        callback.succeeded(); // The bytes were copied.
        if (!fits) {
          close();
        }
      }
      case OpCode.CLOSE -> {
        incoming.ended();
        callback.succeeded(); // Jetty answers it.
      }
      default -> { // No replica says anything in this way.
        callback.succeeded();
        close();
      }
    }
  }

  @Override
  public void onError(Throwable cause, Callback callback) {
    incoming.ended();
    callback.succeeded();
  }

  @Override
  public void onClosed(CloseStatus status, Callback callback) {
    incoming.ended();
    callback.succeeded();
  }

  @Override
  public void send(ByteBuffer message) {
    var open = session;
    if (open != null) {
      var frame = new Frame(OpCode.BINARY, true, message);
      open.sendFrame(frame, Callback.from(incoming::written, _ -> close()), false);
    }
  }

  @Override
  public void readOn(int bytesMax) {
    incoming.readOn(bytesMax);
  }

  private void demand() {
    var open = session;
    if (open != null) {
      open.demand();
    }
  }

  @Override
  public void close() {
    var open = session;
    if (open != null) {
      open.abort();
    }
    incoming.ended();
  }
}
