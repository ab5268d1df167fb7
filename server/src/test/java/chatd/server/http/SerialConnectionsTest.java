package chatd.server.http;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.eclipse.jetty.io.ArrayByteBufferPool;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.internal.HttpConnection;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// The thread that reads a broken head is held where it hands over the answer, until all that other
/// threads do about the connection is done. What they must not do is close it: that comes after the
/// buffer was given back.
@Timeout(30)
class SerialConnectionsTest {
  private final CompletableFuture<Boolean> openWhenAnswered = new CompletableFuture<>();
  private final CompletableFuture<Connection> closed = new CompletableFuture<>();
  private final ArrayByteBufferPool.Tracking buffers = new ArrayByteBufferPool.Tracking();
  private final Server server = new Server(new OthersFirst(), null, buffers);
  private final ServerConnector connector =
      new ServerConnector(server, new SerialConnections(new HttpConfiguration()));

  /// Whoever gives it something to do about a connection goes on when it is done.
  private final class OthersFirst extends QueuedThreadPool {

    @Override
    public boolean tryExecute(Runnable task) {
      var reading = HttpConnection.getCurrentConnection();
      if (reading == null) {
        return super.tryExecute(task);
      }
      await(task);
      openWhenAnswered.complete(reading.getEndPoint().isOpen());
      return true;
    }

    @Override
    public void execute(Runnable task) {
      if (task instanceof HttpConnection) {
        await(task);
      } else {
        super.execute(task);
      }
    }

    private static void await(Runnable task) {
      CompletableFuture.runAsync(task, thread -> Thread.ofVirtual().start(thread)).join();
    }
  }

  @BeforeEach
  void start() throws Exception {
    connector.setHost("127.0.0.1");
    connector.setIdleTimeout(0); // Which is never: what is left open must be seen.
    connector.addBean(
        new Connection.Listener() {
          @Override
          public void onClosed(Connection connection) {
            closed.complete(connection);
          }
        });
    server.addConnector(connector);
    server.start();
  }

  @AfterEach
  void stop() throws Exception {
    server.stop();
  }

  @Test
  void threadThatAnsweredABrokenHead_leavesReadingToTheOneThatIsAtIt() throws Exception {
    assertThat(answerTo("broken\r\n\r\n")).startsWith("HTTP/1.1 400");
    assertThat(openWhenAnswered.join()).isTrue();
  }

  @Test
  void threadThatReadABrokenHead_readsOnForTheOther_toTheEnd() throws Exception {
    answerTo("broken\r\n\r\n");
    assertThat(closed).succeedsWithin(Duration.ofSeconds(10));
    server.stop();
    assertThat(buffers.getLeaks()).isEmpty();
  }

  private String answerTo(String request) throws IOException {
    try (var socket = new Socket(InetAddress.getLoopbackAddress(), connector.getLocalPort())) {
      socket.getOutputStream().write(request.getBytes(US_ASCII));
      return new String(socket.getInputStream().readAllBytes(), US_ASCII);
    }
  }
}
