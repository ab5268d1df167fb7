package chatd.fault;

import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/// A way to a port that can be as bad as a network can be: refused, cut, slow, or silent.
///
/// What is swallowed is neither delivered nor refused, as behind a cable that was pulled, and
/// nobody is told of an end either. It arrives when the cable is back, unless an end has gone by
/// then.
public final class FaultProxy implements AutoCloseable {
  /// Which way bytes go.
  public enum Direction {
    TO_TARGET,
    FROM_TARGET
  }

  private static final InetAddress HERE = InetAddress.getLoopbackAddress();
  private static final int PIECE_BYTES_MAX = 16 << 10;

  private final int port;
  private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
  private final AtomicInteger connections = new AtomicInteger();
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final Set<Direction> swallowed = EnumSet.noneOf(Direction.class);
  private final Map<Direction, Duration> delays = new ConcurrentHashMap<>();
  private volatile int target;
  private volatile ServerSocket listening;

  /// What was read at once, and when it is to arrive; without bytes: the end.
  private record Piece(ByteBuffer bytes, long dueNanos) {}

  /// A way that leads nowhere until [#leadTo].
  public FaultProxy() {
    listening = listen(0);
    port = listening.getLocalPort();
    acceptFrom(listening);
  }

  public FaultProxy leadTo(int targetPort) {
    target = targetPort;
    return this;
  }

  public int port() {
    return port;
  }

  /// Such as `http://127.0.0.1:12345`.
  public String address() {
    return "http://127.0.0.1:" + port;
  }

  /// How many connections were made so far.
  public int connections() {
    return connections.get();
  }

  /// Cuts every connection, in the middle of whatever is said. Returns how many there were.
  public int cut() {
    var cut = 0;
    for (var socket : List.copyOf(sockets)) {
      cut += sockets.remove(socket) ? 1 : 0;
      close(socket);
    }
    return cut / 2;
  }

  /// Cuts every connection and refuses new ones.
  public void refuse() {
    close(listening);
    cut();
  }

  /// Takes connections again after [#refuse].
  public void accept() {
    if (listening.isClosed()) {
      listening = listen(port);
      acceptFrom(listening);
    }
  }

  /// Bytes that go these ways arrive this much later.
  public void delay(Duration later, Direction... directions) {
    for (var direction : directions) {
      delays.put(direction, later);
    }
  }

  /// Nothing arrives any more that goes these ways, on any connection.
  public void swallow(Direction... directions) {
    change(() -> swallowed.addAll(List.of(directions)));
  }

  /// Everything arrives, also what was swallowed.
  public void deliver() {
    change(swallowed::clear);
  }

  /// As good as on the first day.
  public void heal() {
    accept();
    delays.clear();
    deliver();
  }

  private void change(Runnable how) {
    lock.lock();
    try {
      how.run();
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private static ServerSocket listen(int port) {
    try {
      return new ServerSocket(port, 50, HERE);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void acceptFrom(ServerSocket open) {
    var _ =
        start(() -> {
          while (!open.isClosed()) {
            try {
              connect(open.accept());
            } catch (IOException _) {
              // Closed.
            }
          }
        });
  }

  private void connect(Socket near) {
    connections.incrementAndGet();
    var far = new Socket();
    try {
      far.connect(new InetSocketAddress(HERE, target));
      near.setTcpNoDelay(true);
      far.setTcpNoDelay(true);
      sockets.add(near);
      sockets.add(far);
      var _ = start(() -> pass(near, far, Direction.TO_TARGET));
      var _ = start(() -> pass(far, near, Direction.FROM_TARGET));
    } catch (IOException | IllegalArgumentException _) {
      close(near); // There is nobody behind it.
      close(far);
    }
  }

  private void pass(Socket from, Socket to, Direction direction) {
    var pieces = new LinkedBlockingQueue<Piece>();
    var delivery = start(() -> carry(pieces, from, to, direction));
    var buffer = new byte[PIECE_BYTES_MAX];
    try {
      var in = from.getInputStream();
      for (var n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        pieces.add(piece(direction, Arrays.copyOf(buffer, n)));
      }
      pieces.add(piece(direction));
    } catch (IOException _) {
      delivery.interrupt(); // It was cut.
    }
  }

  private Piece piece(Direction direction, byte... bytes) {
    var delay = delays.getOrDefault(direction, Duration.ZERO);
    return new Piece(ByteBuffer.wrap(bytes), System.nanoTime() + delay.toNanos());
  }

  private void carry(BlockingQueue<Piece> pieces, Socket from, Socket to, Direction direction) {
    try {
      var out = to.getOutputStream();
      var isOver = false;
      while (!isOver) {
        var piece = pieces.take();
        awaitWay(direction, piece.dueNanos());
        isOver = !piece.bytes().hasRemaining();
        out.write(piece.bytes().array());
      }
    } catch (IOException | InterruptedException _) {
      // It was cut.
    } finally {
      sockets.remove(from);
      close(from);
      close(to);
    }
  }

  private void awaitWay(Direction direction, long dueNanos) throws InterruptedException {
    lock.lock();
    try {
      while (swallowed.contains(direction)) {
        changed.await();
      }
      var left = dueNanos - System.nanoTime();
      while (left > 0) {
        left = changed.awaitNanos(left);
      }
    } finally {
      lock.unlock();
    }
  }

  private static Thread start(Runnable body) {
    return Thread.ofVirtual().name("fault-proxy").start(body);
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
    deliver();
    cut();
  }
}
