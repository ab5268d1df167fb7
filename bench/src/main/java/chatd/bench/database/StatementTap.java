package chatd.bench.database;

import java.io.Closeable;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// Stands between a driver and its database, and hears each statement as the driver sends it.
///
/// It understands as much of PostgreSQL's protocol as that takes: what is prepared under which
/// name, bound to which portal, and executed.
public final class StatementTap implements AutoCloseable {
  private static final int SSL_REQUEST = 80_877_103;
  private static final int GSS_REQUEST = 80_877_104;
  private static final int BUFFER = 16 * 1024;

  private final ServerSocket server;
  private final int databasePort;
  private final Set<Closeable> open = ConcurrentHashMap.newKeySet();
  private final List<Heard> heard = new ArrayList<>();

  /// One statement.
  ///
  /// @param nanos when it was sent, as told by `System.nanoTime`
  public record Heard(long nanos, String sql) {}

  private StatementTap(ServerSocket server, int databasePort) {
    this.server = server;
    this.databasePort = databasePort;
  }

  /// Listens before the database that this JDBC URL names.
  public static StatementTap before(String jdbcUrl) throws IOException {
    var place = URI.create(jdbcUrl.substring("jdbc:".length()));
    var tap =
        new StatementTap(
            new ServerSocket(0, 64, InetAddress.getLoopbackAddress()), place.getPort());
    Thread.ofVirtual().name("tap").start(tap::accept);
    return tap;
  }

  /// The same URL, but through this.
  public String through(String jdbcUrl) {
    return jdbcUrl.replaceFirst("//[^/]*/", "//127.0.0.1:" + server.getLocalPort() + "/");
  }

  /// How many statements were sent so far.
  public int count() {
    synchronized (heard) {
      return heard.size();
    }
  }

  /// The statements from one count up to another, in order of arrival.
  public List<Heard> between(int from, int to) {
    synchronized (heard) {
      return List.copyOf(heard.subList(from, to));
    }
  }

  private void hear(String sql) {
    synchronized (heard) {
      heard.add(new Heard(System.nanoTime(), sql.replaceAll("\\s+", " ").strip()));
    }
  }

  private void accept() {
    while (!server.isClosed()) {
      try {
        var driver = server.accept();
        var database = new Socket(InetAddress.getLoopbackAddress(), databasePort);
        driver.setTcpNoDelay(true);
        database.setTcpNoDelay(true);
        open.add(driver);
        open.add(database);
        Thread.ofVirtual().start(() -> carry(driver, database, new Conversation(this)));
        Thread.ofVirtual().start(() -> carryBack(database, driver));
      } catch (IOException _) {
        return; // Closed.
      }
    }
  }

  private void carry(Socket driver, Socket database, Conversation conversation) {
    try (driver;
        database) {
      var in = new DataInputStream(driver.getInputStream());
      while (true) {
        conversation.pass(in, database.getOutputStream());
      }
    } catch (IOException _) {
      // One of the two has gone.
    } finally {
      open.remove(driver);
      open.remove(database);
    }
  }

  private void carryBack(Socket database, Socket driver) {
    try (driver;
        database) {
      var buffer = new byte[BUFFER];
      InputStream in = database.getInputStream();
      OutputStream out = driver.getOutputStream();
      for (var n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        out.write(buffer, 0, n);
      }
    } catch (IOException _) {
      // One of the two has gone.
    }
  }

  @Override
  public void close() throws IOException {
    server.close();
    for (var socket : open) {
      socket.close();
    }
  }

  /// What one connection has agreed on.
  private static final class Conversation {
    private final StatementTap tap;
    private final Map<String, String> statements = new HashMap<>();
    private final Map<String, String> portals = new HashMap<>();
    private boolean begun;

    Conversation(StatementTap tap) {
      this.tap = tap;
    }

    /// Passes one message on.
    void pass(DataInputStream in, OutputStream out) throws IOException {
      if (!begun) {
        var length = in.readInt();
        var body = in.readNBytes(length - 4);
        var code = ByteBuffer.wrap(body).getInt();
        begun = code != SSL_REQUEST && code != GSS_REQUEST;
        out.write(ByteBuffer.allocate(length).putInt(length).put(body).array());
        return;
      }
      var type = in.read();
      if (type < 0) {
        throw new EOFException();
      }
      var length = in.readInt();
      var body = in.readNBytes(length - 4);
      hear(type, ByteBuffer.wrap(body));
      out.write(ByteBuffer.allocate(length + 1).put((byte) type).putInt(length).put(body).array());
    }

    private void hear(int type, ByteBuffer body) {
      switch (type) {
        case 'Q' -> tap.hear(text(body));
        case 'P' -> statements.put(text(body), text(body));
        case 'B' -> portals.put(text(body), statements.getOrDefault(text(body), "?"));
        case 'E' -> tap.hear(portals.getOrDefault(text(body), "?"));
        default -> {}
      }
    }

    private static String text(ByteBuffer body) {
      var begin = body.position();
      while (body.get() != 0) {}
      var bytes = new byte[body.position() - begin - 1];
      body.get(begin, bytes);
      return new String(bytes, StandardCharsets.UTF_8);
    }
  }
}
