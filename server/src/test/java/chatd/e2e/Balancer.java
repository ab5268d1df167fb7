package chatd.e2e;

import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/// A way to several replicas that leads each new connection to the next of them that answers, and
/// that can cut connections in the middle of what is said.
final class Balancer implements AutoCloseable {
  private static final InetAddress HERE = InetAddress.getLoopbackAddress();
  private static final int UNLIMITED = Integer.MAX_VALUE;

  private final List<Integer> ports;
  private final ServerSocket listening;
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();
  private final AtomicInteger cuts = new AtomicInteger();
  private int next;
  private final AtomicInteger bytesOfNext = new AtomicInteger(UNLIMITED);

  /// Leads to these ports.
  Balancer(List<Integer> ports) {
    this.ports = List.copyOf(ports);
    try {
      listening = new ServerSocket(0, 50, HERE);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    var _ = start(this::accept);
  }

  int port() {
    return listening.getLocalPort();
  }

  /// How many connections were cut so far.
  int cuts() {
    return cuts.get();
  }

  /// Cuts every connection.
  void cut() {
    open.forEach(this::cut);
  }

  /// The next connection is cut when so many bytes have come from its replica.
  void cutNextAfter(int bytes) {
    bytesOfNext.set(bytes);
  }

  private void cut(Socket client) {
    if (open.remove(client)) {
      cuts.incrementAndGet();
      close(client);
    }
  }

  private void accept() {
    while (!listening.isClosed()) {
      try {
        lead(listening.accept());
      } catch (IOException _) {
        // Closed.
      }
    }
  }

  private void lead(Socket client) {
    for (var i = 0; i < ports.size(); i++) {
      var replica = new Socket();
      try {
        replica.connect(new InetSocketAddress(HERE, ports.get(next++ % ports.size())));
        open.add(client);
        var _ = start(() -> pass(client, replica, UNLIMITED));
        var limit = bytesOfNext.getAndSet(UNLIMITED);
        var _ = start(() -> pass(replica, client, limit));
        return;
      } catch (IOException _) {
        close(replica); // It does not answer; the next one may.
      }
    }
    close(client);
  }

  private void pass(Socket from, Socket to, int limit) {
    var buffer = new byte[4 << 10];
    try {
      var left = limit;
      var in = from.getInputStream();
      for (var n = in.read(buffer); n >= 0 && left > 0; n = in.read(buffer)) {
        to.getOutputStream().write(buffer, 0, Math.min(n, left));
        left -= Math.min(n, left);
        if (left == 0) {
          cut(to);
        }
      }
    } catch (IOException _) {
      // It was cut, or one of the two has gone.
    } finally {
      open.remove(from);
      open.remove(to);
      close(from);
      close(to);
    }
  }

  private static Thread start(Runnable body) {
    return Thread.ofVirtual().name("balancer").start(body);
  }

  private static void close(Closeable open) {
    try {
      open.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    close(listening);
    cut();
  }
}
