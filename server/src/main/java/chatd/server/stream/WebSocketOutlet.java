package chatd.server.stream;

import chatd.core.feed.CloseReason;
import java.nio.ByteBuffer;
import java.time.Duration;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.websocket.core.CloseStatus;
import org.eclipse.jetty.websocket.core.CoreSession;
import org.eclipse.jetty.websocket.core.Frame;
import org.eclipse.jetty.websocket.core.FrameHandler;
import org.eclipse.jetty.websocket.core.OpCode;
import org.jspecify.annotations.Nullable;

/// One WebSocket, at the level of frames: the only one at which text can be sent as bytes and in
/// pieces, and at which the answers to pings are seen.
///
/// It reads one frame at a time, so a client that sends without reading is not read any more.
final class WebSocketOutlet implements Outlet, FrameHandler {

  private final PieceCarrier carrier;
  private volatile @Nullable CoreSession session;

  WebSocketOutlet(PieceCarrier carrier) {
    this.carrier = carrier;
  }

  @Override
  public void onOpen(CoreSession opened, Callback callback) {
    session = opened;
    opened.setIdleTimeout(Duration.ZERO); // Who is dead is decided by pings and pieces.
    callback.succeeded();
    carrier.taken();
    opened.demand();
  }

  @Override
  public void onFrame(Frame frame, Callback callback) {
    switch (frame.getOpCode()) {
      case OpCode.PING -> answer(frame, callback);
      case OpCode.CLOSE -> {
        carrier.clientClosed();
        callback.succeeded();
      }
      case OpCode.PONG -> {
        carrier.answered();
        readOn(callback);
      }
      default -> {
        carrier.end(CloseReason.CLIENT_MESSAGE);
        readOn(callback); // What else it sends is thrown away until it closes.
      }
    }
  }

  private void answer(Frame ping, Callback callback) {
    var pong = new Frame(OpCode.PONG, ping.getPayload());
    // The next frame is read when this is sent: answers cannot pile up.
    send(pong, Callback.from(() -> readOn(callback), _ -> readOn(callback)));
  }

  private void readOn(Callback callback) {
    callback.succeeded();
    var current = session;
    if (current != null) {
      current.demand();
    }
  }

  @Override
  public void onError(Throwable cause, Callback callback) {
    carrier.broken();
    callback.succeeded();
  }

  @Override
  public void onClosed(CloseStatus status, Callback callback) {
    carrier.gone();
    callback.succeeded();
  }

  @Override
  public void piece(ByteBuffer bytes, boolean first, boolean last) {
    sendOwn(new Frame(first ? OpCode.TEXT : OpCode.CONTINUATION, last, bytes));
  }

  @Override
  public void ping() {
    sendOwn(new Frame(OpCode.PING));
  }

  @Override
  public void close(CloseReason reason) {
    sendOwn(new Farewell(reason));
  }

  private void sendOwn(Frame frame) {
    send(frame, Callback.from(carrier::taken, _ -> carrier.broken()));
  }

  private void send(Frame frame, Callback callback) {
    var current = session;
    if (current == null) {
      callback.failed(new IllegalStateException("The socket is not open."));
    } else {
      current.sendFrame(frame, callback, false);
    }
  }

  @Override
  public void abort() {
    var current = session;
    if (current == null) {
      carrier.gone();
    } else {
      current.abort();
    }
  }

  /// A close frame for which Jetty keeps the connection until the client has answered it.
  ///
  /// For most codes Jetty cuts the connection as soon as the frame is written. With bytes of the
  /// client still unread, that can destroy the frame on its way. So Jetty is told a normal end, and
  /// the client the true one.
  private static final class Farewell extends Frame implements CloseStatus.Supplier {

    Farewell(CloseReason reason) {
      super(OpCode.CLOSE, true, CloseStatus.asPayloadBuffer(reason.code(), reason.text()));
    }

    @Override
    public CloseStatus getCloseStatus() {
      return CloseStatus.NORMAL_STATUS;
    }
  }
}
