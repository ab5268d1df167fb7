package chatd.server.stream;

import chatd.core.feed.CloseReason;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import org.eclipse.jetty.util.component.Graceful;

/// The streams that are open on this server, so that none is cut without a word when it stops.
public final class OpenStreams implements Graceful {

  private final Duration goodbye;
  private final Set<PieceCarrier> open = ConcurrentHashMap.newKeySet();
  private final CompletableFuture<Void> closed = new CompletableFuture<>();
  private volatile boolean closing;

  /// `goodbye` is how long a connection may take to say goodbye before it is broken.
  public OpenStreams(Duration goodbye) {
    this.goodbye = goodbye;
  }

  Duration goodbye() {
    return goodbye;
  }

  void add(PieceCarrier carrier) {
    open.add(carrier);
    if (closing) {
      carrier.end(CloseReason.DRAINING);
    }
  }

  void remove(PieceCarrier carrier) {
    open.remove(carrier);
    tellIfClosed();
  }

  /// How many connections exist, those that are saying goodbye included.
  public int count() {
    return open.size();
  }

  /// Ends every stream. The answer is complete when each client has taken leave or had its time.
  @Override
  public CompletableFuture<Void> shutdown() {
    closing = true;
    open.forEach(carrier -> carrier.end(CloseReason.DRAINING));
    tellIfClosed();
    return closed;
  }

  @Override
  public boolean isShutdown() {
    return closing;
  }

  private void tellIfClosed() {
    if (closing && open.isEmpty()) {
      closed.complete(null);
    }
  }
}
