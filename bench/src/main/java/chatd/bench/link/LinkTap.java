package chatd.bench.link;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// Stands before the address at which other replicas reach one. It counts what is said on the links
/// to it, and cuts them.
public final class LinkTap implements AutoCloseable {
  private static final int BUFFER = 16 * 1024;

  private final ServerSocket server;
  private final CompletableFuture<Integer> replicaPort = new CompletableFuture<>();
  private final Set<Connection> open = ConcurrentHashMap.newKeySet();
  private final AtomicInteger cuts = new AtomicInteger();
  private LinkCount ended = LinkCount.NOTHING;

  private LinkTap(ServerSocket server) {
    this.server = server;
  }

  /// Listens. Who connects before [#leadTo] waits for it.
  public static LinkTap start() throws IOException {
    var tap = new LinkTap(new ServerSocket(0, 64, InetAddress.getLoopbackAddress()));
    Thread.ofVirtual().name("link-tap").start(tap::accept);
    return tap;
  }

  /// What the replica behind it gives as its address.
  public String url() {
    return "http://127.0.0.1:" + server.getLocalPort();
  }

  /// Says where the replica is.
  public void leadTo(int port) {
    replicaPort.complete(port);
  }

  /// What was said so far, in both directions.
  public LinkCount count() {
    LinkCount sum;
    synchronized (this) {
      sum = ended;
    }
    for (var connection : open) {
      sum = sum.plus(connection.count());
    }
    return sum;
  }

  /// How many links were cut so far.
  public int cuts() {
    return cuts.get();
  }

  /// Cuts a link the next time something comes on it, after some of that. False: there is none.
  public boolean cut(RandomGenerator random) {
    for (var connection : open) {
      if (connection.answers.isUpgraded()) {
        connection.cutBy = random;
        return true;
      }
    }
    return false;
  }

  private void accept() {
    while (!server.isClosed()) {
      try {
        var caller = server.accept();
        Thread.ofVirtual().start(() -> lead(caller));
      } catch (IOException _) {
        return; // Closed.
      }
    }
  }

  private void lead(Socket caller) {
    try (caller;
        var replica = new Socket(InetAddress.getLoopbackAddress(), replicaPort.join())) {
      caller.setTcpNoDelay(true);
      replica.setTcpNoDelay(true);
      var connection = new Connection(caller, replica);
      open.add(connection);
      var asking = Thread.ofVirtual().start(connection::ask);
      connection.answer();
      asking.join();
      synchronized (this) {
        open.remove(connection);
        ended = ended.plus(connection.count());
      }
    } catch (IOException _) {
      // There is nobody behind it.
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() throws IOException {
    server.close();
    open.forEach(Connection::end);
  }

  private final class Connection {
    private final FrameMeter questions = new FrameMeter();
    private final FrameMeter answers = new FrameMeter();
    private final Socket caller;
    private final Socket replica;
    private volatile @Nullable RandomGenerator cutBy;

    Connection(Socket caller, Socket replica) {
      this.caller = caller;
      this.replica = replica;
    }

    LinkCount count() {
      return questions.count().plus(answers.count());
    }

    void ask() {
      carry(caller, replica, questions, false);
    }

    void answer() {
      carry(replica, caller, answers, true);
    }

    private void carry(Socket from, Socket to, FrameMeter meter, boolean mayBeCut) {
      var buffer = new byte[BUFFER];
      try {
        var in = from.getInputStream();
        var out = to.getOutputStream();
        for (var n = in.read(buffer); n >= 0; n = in.read(buffer)) {
          var cutter = cutBy;
          if (mayBeCut && cutter != null) {
            out.write(buffer, 0, cutter.nextInt(n + 1));
            cuts.incrementAndGet();
            return;
          }
          out.write(buffer, 0, n);
          meter.read(buffer, n);
        }
      } catch (IOException _) {
        // One of the two has gone.
      } finally {
        end();
      }
    }

    void end() {
      try {
        caller.close();
        replica.close();
      } catch (IOException _) {
        // They are closed all the same.
      }
    }
  }
}
