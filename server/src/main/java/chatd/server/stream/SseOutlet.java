package chatd.server.stream;

import static java.nio.charset.StandardCharsets.US_ASCII;

import chatd.core.feed.CloseReason;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import org.eclipse.jetty.io.AbstractEndPoint;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.BufferUtil;
import org.eclipse.jetty.util.Callback;

/// One response that goes on: server-sent events, written without a thread.
///
/// A client has nothing to say on such a connection, so what can be read of it is that it went
/// away. If it does send something, that is not read on: it could go on for ever. Then, as with a
/// client that was lost without a word, a write that fails says that it is gone, and the pings see
/// to it that there is one.
final class SseOutlet implements Outlet {

  /// How long a browser waits before it connects again, in milliseconds; it comes first.
  private static final byte[] RETRY = "retry: 1000\n\n".getBytes(US_ASCII);

  private static final byte[] KEEPALIVE = ": keepalive\n\n".getBytes(US_ASCII);

  private final PieceCarrier carrier;
  private final Response response;
  private final EndPoint connection;
  private final CompletableFuture<Void> end;
  private final long usualIdleTimeout;
  private final Callback readable = Callback.from(this::listen, _ -> lost());
  private volatile boolean listening = true;
  private volatile boolean spoken;

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
    connection.tryFillInterested(readable);
    write(ByteBuffer.wrap(RETRY).asReadOnlyBuffer());
  }

  private void listen() {
    if (!listening) {
      return;
    }
    try {
      var count = connection.fill(BufferUtil.allocate(1));
      if (count < 0) {
        lost();
      } else if (count == 0) {
        connection.tryFillInterested(readable);
      } else {
        spoken = true;
      }
    } catch (IOException _) {
      lost();
    }
  }

  private void lost() {
    if (listening) {
      carrier.broken();
    }
  }

  /// From now on it is the server that reads. (If a last look is just being taken and asks for
  /// another, the server closes the connection.)
  private void stopListening() {
    listening = false;
    if (connection instanceof AbstractEndPoint reading) {
      reading.getFillInterest().onFail(new IOException("The stream has ended."));
    }
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
    stopListening();
    connection.setIdleTimeout(usualIdleTimeout); // The connection may serve other requests.
    response.write(true, BufferUtil.EMPTY_BUFFER, Callback.from(this::closed, _ -> abort()));
  }

  private void closed() {
    if (spoken) {
      abort(); // A byte of what may have been the next request is missing.
    } else {
      gone();
    }
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
