package chatd.server.model;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// A provider of chat completions on a loopback port, which does what it is told.
///
/// It owns its sockets, so a script can pause, hang, cut and reset at any byte, and it sees when
/// the client closes. Scripts given to [#next] answer one request each, in order; any other request
/// is answered by [#otherwise], at first with the last user message, word by word.
public final class FakeProvider implements AutoCloseable {
  private final ServerSocket server;
  private final Thread acceptor = Thread.ofVirtual().name("fake-provider").unstarted(this::accept);
  private final Queue<Script> scripts = new ConcurrentLinkedQueue<>();
  private volatile Function<ProviderExchange, Script> otherwise = FakeProvider::echo;
  private volatile boolean isForgetful;

  private final List<ProviderExchange> exchanges = new CopyOnWriteArrayList<>();
  private final BlockingQueue<ProviderExchange> arrived = new LinkedBlockingQueue<>();
  private final Set<Connection> connections = ConcurrentHashMap.newKeySet();

  private FakeProvider(ServerSocket server) {
    this.server = server;
  }

  public static FakeProvider start() {
    try {
      var server = new ServerSocket(0, 1024, InetAddress.getLoopbackAddress());
      var provider = new FakeProvider(server);
      provider.acceptor.start();
      return provider;
    } catch (IOException failed) {
      throw new IllegalStateException("no port for the fake provider", failed);
    }
  }

  /// What to configure as the base URL of an OpenAI-compatible provider.
  public URI baseUrl() {
    return URI.create(
        "http://%s:%d/v1"
            .formatted(server.getInetAddress().getHostAddress(), server.getLocalPort()));
  }

  /// Answers the next request that has no script yet with this one.
  public FakeProvider next(Script script) {
    scripts.add(script);
    return this;
  }

  /// Answers every request that finds no script with one made for it.
  public FakeProvider otherwise(Function<ProviderExchange, Script> script) {
    otherwise = script;
    return this;
  }

  /// Keeps no request once it is answered: for more of them than fit into memory.
  public FakeProvider forgetful() {
    isForgetful = true;
    return this;
  }

  /// The next request that this has not handed out yet. Waits for it.
  public ProviderExchange awaitRequest() throws InterruptedException {
    return arrived.take();
  }

  /// All requests so far, in order of arrival.
  public List<ProviderExchange> requests() {
    return List.copyOf(exchanges);
  }

  /// Connections that are open now.
  public int connectionCount() {
    return connections.size();
  }

  /// Closes the port and all connections; afterwards a connect is refused.
  @Override
  public void close() {
    closeQuietly(server);
    try {
      acceptor.join();
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
    connections.forEach(Connection::end);
  }

  private static Script echo(ProviderExchange exchange) {
    return Script.answer(exchange.lastUserText().splitWithDelimiters("\\s+", 0));
  }

  private void accept() {
    while (!server.isClosed()) {
      try {
        var socket = server.accept();
        socket.setTcpNoDelay(true);
        var connection = new Connection(socket);
        connections.add(connection);
        Thread.ofVirtual().name("fake-provider-reader").start(connection::read);
      } catch (IOException _) {
        return; // Closed.
      }
    }
  }

  /// One connection: a thread that reads, and so sees the client close, and one that plays a
  /// script.
  private final class Connection {
    private final Socket socket;
    private volatile @Nullable ProviderExchange current;
    private volatile @Nullable Thread player;

    Connection(Socket socket) {
      this.socket = socket;
    }

    void read() {
      try (socket) {
        var in = new BufferedInputStream(socket.getInputStream());
        for (var next = request(in); next != null; next = request(in)) {
          var exchange = next;
          joinPlayer();
          current = exchange;
          if (!isForgetful) {
            exchanges.add(exchange);
          }
          var queued = scripts.poll();
          var script = queued == null ? otherwise.apply(exchange) : queued;
          player = Thread.ofVirtual().name("fake-provider-player").start(() -> play(script));
          if (!isForgetful) {
            arrived.add(exchange);
          }
        }
      } catch (IOException _) {
        // The client is gone, or the script cut it off.
      } finally {
        end();
        connections.remove(this);
      }
    }

    void end() {
      var exchange = current;
      if (exchange != null) {
        exchange.clientClosed();
      }
      var playing = player;
      if (playing != null) {
        playing.interrupt();
      }
      closeQuietly(socket);
    }

    private void joinPlayer() throws IOException {
      var playing = player;
      try {
        if (playing != null) {
          playing.join();
        }
      } catch (InterruptedException interrupted) {
        throw new IOException(interrupted);
      }
    }

    private void play(Script script) {
      try {
        new Player(socket).play(script);
      } catch (IOException | InterruptedException _) {
        closeQuietly(socket);
      }
    }
  }

  private static final class Player {
    private final Socket socket;
    private final OutputStream out;
    private boolean headSent;
    private long paceNanos = System.nanoTime();

    Player(Socket socket) throws IOException {
      this.socket = socket;
      out = socket.getOutputStream();
    }

    void play(Script script) throws IOException, InterruptedException {
      for (var step : script.steps()) {
        switch (step) {
          case Script.Step.Head head -> head(head);
          case Script.Step.Body(var bytes) -> body(bytes.get());
          case Script.Step.Pause(var gate) -> gate.await();
          case Script.Step.Pace(var every) -> pace(every);
          case Script.Step.Hang _ -> new CountDownLatch(1).await();
          case Script.Step.Reset _ -> {
            socket.setSoLinger(true, 0);
            socket.close();
            return;
          }
          case Script.Step.Close _ -> {
            socket.close();
            return;
          }
        }
      }
      body(new byte[0]); // The chunk without bytes ends the body.
    }

    private void head(Script.Step.Head head) throws IOException {
      var text = new StringBuilder("HTTP/1.1 " + head.status() + " Status\r\n");
      head.headers().forEach((name, value) -> text.append(name + ": " + value + "\r\n"));
      text.append("Transfer-Encoding: chunked\r\n\r\n");
      out.write(text.toString().getBytes(StandardCharsets.ISO_8859_1));
      headSent = true;
    }

    private void body(byte[] bytes) throws IOException {
      if (!headSent) {
        head(Script.Step.Head.OF_A_STREAM);
      }
      var chunk = new ByteArrayOutputStream(bytes.length + 16);
      chunk.writeBytes(
          (Integer.toHexString(bytes.length) + "\r\n").getBytes(StandardCharsets.US_ASCII));
      chunk.writeBytes(bytes);
      chunk.writeBytes("\r\n".getBytes(StandardCharsets.US_ASCII));
      chunk.writeTo(out);
    }

    private void pace(Duration every) throws InterruptedException {
      paceNanos += every.toNanos();
      for (var left = paceNanos - System.nanoTime();
          left > 0;
          left = paceNanos - System.nanoTime()) {
        LockSupport.parkNanos(left);
        if (Thread.interrupted()) {
          throw new InterruptedException();
        }
      }
    }
  }

  /// The next request; null if the client closed the connection before it was whole.
  private static @Nullable ProviderExchange request(InputStream in) throws IOException {
    var requestLine = line(in);
    if (requestLine.isEmpty()) {
      return null;
    }
    var headers = new HashMap<String, String>();
    for (var line = line(in); !line.isEmpty(); line = line(in)) {
      var colon = line.indexOf(':');
      if (colon < 0) {
        throw new IOException("no HTTP");
      }
      headers.put(
          line.substring(0, colon).toLowerCase(Locale.ROOT), line.substring(colon + 1).strip());
    }
    var length = Integer.parseInt(headers.getOrDefault("content-length", "0"));
    var body = in.readNBytes(length);
    return body.length == length ? new ProviderExchange(requestLine, headers, body) : null;
  }

  /// A line without its end; empty at the end of the stream.
  private static String line(InputStream in) throws IOException {
    var line = new StringBuilder();
    for (var c = in.read(); c >= 0 && c != '\n'; c = in.read()) {
      if (c != '\r') {
        line.append((char) c);
      }
    }
    return line.toString();
  }

  private static void closeQuietly(Closeable closeable) {
    try {
      closeable.close();
    } catch (IOException _) {
      // It is closed all the same.
    }
  }
}
