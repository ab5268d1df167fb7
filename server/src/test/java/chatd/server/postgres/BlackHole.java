package chatd.server.postgres;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/// A way to the database on which bytes can be swallowed in silence, as a cut cable does: nobody is
/// told, and both ends still have their connection. New connections work.
final class BlackHole implements AutoCloseable {
  private final ServerSocket listener;
  private final DatabaseUrl database;
  private volatile @Nullable String trigger;
  private final List<Pair> pairs = new CopyOnWriteArrayList<>();

  private record Pair(Socket client, Socket server, Swallowed swallowed) {}

  private static final class Swallowed {
    private volatile boolean answers;
    private volatile boolean requests;
  }

  BlackHole(DatabaseUrl database) {
    this.database = database;
    try {
      listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Thread.startVirtualThread(this::accept);
  }

  DatabaseUrl url() {
    return new DatabaseUrl(
        listener.getInetAddress().getHostAddress(),
        listener.getLocalPort(),
        database.database(),
        database.user(),
        database.password(),
        database.parameters());
  }

  /// Once a request with this text has passed, its connection gets no answers any more.
  void swallowAnswersTo(String request) {
    trigger = request;
  }

  /// Nothing passes any more on the connections that are open now.
  void swallowAll() {
    pairs.forEach(pair -> {
      pair.swallowed.answers = true;
      pair.swallowed.requests = true;
    });
  }

  private void accept() {
    while (true) {
      try {
        var client = listener.accept();
        var pair = new Pair(client, new Socket(database.host(), database.port()), new Swallowed());
        pairs.add(pair);
        Thread.startVirtualThread(() -> carry(pair, true));
        Thread.startVirtualThread(() -> carry(pair, false));
      } catch (IOException _) {
        return; // Closed.
      }
    }
  }

  private void carry(Pair pair, boolean isRequests) {
    var from = isRequests ? pair.client : pair.server;
    var to = isRequests ? pair.server : pair.client;
    try (var in = from.getInputStream();
        var out = to.getOutputStream()) {
      carry(pair.swallowed, isRequests, in, out);
    } catch (IOException _) {
      // One end is gone; closing tells the other.
    }
  }

  private void carry(Swallowed swallowed, boolean isRequests, InputStream in, OutputStream out)
      throws IOException {
    var buffer = new byte[8192];
    for (var n = in.read(buffer); n >= 0; n = in.read(buffer)) {
      var awaited = trigger;
      if (isRequests && awaited != null && new String(buffer, 0, n, ISO_8859_1).contains(awaited)) {
        trigger = null;
        swallowed.answers = true;
      }
      if (!(isRequests ? swallowed.requests : swallowed.answers)) {
        out.write(buffer, 0, n);
        out.flush();
      }
    }
  }

  @Override
  public void close() throws IOException {
    listener.close();
    for (var pair : pairs) {
      pair.client.close();
      pair.server.close();
    }
  }
}
