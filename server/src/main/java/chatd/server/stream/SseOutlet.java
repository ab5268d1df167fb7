package chatd.server.stream;

import static java.nio.charset.StandardCharsets.US_ASCII;

import chatd.core.feed.CloseReason;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.BufferUtil;
import org.eclipse.jetty.util.Callback;

/// One response that goes on: server-sent events, written without a thread.
///
/// Nothing is read from such a connection, so that a client went away is seen by a write that
/// fails. The pings see to it that there is one.
final class SseOutlet implements Outlet {

  /// How long a browser waits before it connects again, in milliseconds; it comes first.
  private static final byte[] RETRY = "retry: 1000\n\n".getBytes(US_ASCII);

  private static final byte[] KEEPALIVE = ": keepalive\n\n".getBytes(US_ASCII);

  private final PieceCarrier carrier;
  private final Response response;
  private final EndPoint connection;
  private final CompletableFuture<Void> end;
  private final long usualIdleTimeout;

  /// The request is held until `end` is complete.
  SseOutlet(PieceCarrier carrier, Request request, Response response, CompletableFuture<Void> end) {
    this.carrier = carrier;
    this.response = response;
    this.connection = request.getConnectionMetaData().getConnection().getEndPoint();
    this.end = end;
    this.usualIdleTimeout = connection.getIdleTimeout();
    request.addFailureListener(_ -> gone());
  }

  /// Sends the head of the response and its first line, so that the client knows at once that the
  /// stream is open.
  void open() {
    connection.setIdleTimeout(0); // Who is dead is decided by pieces.
    write(ByteBuffer.wrap(RETRY).asReadOnlyBuffer());
  }

  @Override
  public void piece(ByteBuffer bytes, boolean first, boolean last) {
    write(bytes);
  }

  @Override
  public void ping() {
    write(ByteBuffer.wrap(KEEPALIVE).asReadOnlyBuffer());
  }

  private void write(ByteBuffer bytes) {
    response.write(false, bytes, Callback.from(carrier::taken, _ -> carrier.broken()));
  }

  /// The end of the response. A client is told no reason: it opens the stream again, and is refused
  /// then if it has to be.
  @Override
  public void close(CloseReason reason) {
    connection.setIdleTimeout(usualIdleTimeout); // The connection may serve other requests.
    response.write(true, BufferUtil.EMPTY_BUFFER, Callback.from(this::gone, _ -> abort()));
  }

  @Override
  public void abort() {
    connection.close(new IOException("The stream was cut."));
    gone();
  }

  private void gone() {
    end.complete(null);
    carrier.gone();
  }
}
