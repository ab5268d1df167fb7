package chatd.bench.user;

import java.io.EOFException;
import java.io.IOException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// Sends requests to one replica, one after the other, over one connection as long as that holds.
public final class Client implements AutoCloseable {
  /// The server closes a connection that is silent for 30 s; a request must not meet that.
  private static final Duration FRESH = Duration.ofSeconds(10);

  private final int port;
  private final Duration patience;
  private @Nullable Line line;
  private long usedAt;

  /// @param patience how long an answer may take
  public Client(int port, Duration patience) {
    this.port = port;
    this.patience = patience;
  }

  /// The answer.
  ///
  /// @throws IOException if there is none, or it is no HTTP
  public Reply exchange(Request request) throws IOException {
    var open = connected();
    try {
      open.send(request.bytes());
      var reply = open.reader().next(request.method());
      while (reply != null && reply.status() == 100) {
        reply = open.reader().next(request.method());
      }
      if (reply == null) {
        throw new EOFException("the connection ended in the place of an answer");
      }
      usedAt = System.nanoTime();
      if (reply.isLast()) {
        close();
      }
      return reply;
    } catch (IOException e) {
      close();
      throw e;
    }
  }

  private Line connected() throws IOException {
    var open = line;
    if (open != null && System.nanoTime() - usedAt < FRESH.toNanos()) {
      return open;
    }
    close();
    var fresh = Line.open(port, patience);
    line = fresh;
    return fresh;
  }

  @Override
  public void close() {
    if (line != null) {
      line.close();
      line = null;
    }
  }
}
