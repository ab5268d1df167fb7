package chatd.server.http;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.Callback;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class SlowSendersTest {
  private static final Duration LOOK = Duration.ofMillis(50);
  private static final int BYTES_PER_SECOND = 1_000;
  private static final int BEAT_MILLIS = 10;
  private static final String HEAD = "GET / HTTP/1.1\r\nHost: localhost\r\n";

  private final Server server = new Server();
  private final ServerConnector connector = new ServerConnector(server);

  @BeforeEach
  void start() throws Exception {
    connector.setHost("127.0.0.1");
    server.addConnector(connector);
    server.addBean(new SlowSenders(connector, LOOK, BYTES_PER_SECOND));
    server.setHandler(
        new Handler.Abstract() {
          @Override
          public boolean handle(Request request, Response response, Callback callback) {
            Content.Source.consumeAll(request, callback);
            return true;
          }
        });
    server.start();
  }

  @AfterEach
  void stop() throws Exception {
    server.stop();
  }

  @Test
  void headThatComesByteByByte_isCutOff() throws IOException {
    assertThat(survives(HEAD, "x", 1_000)).isFalse();
  }

  @Test
  void bodyThatComesByteByByte_isCutOff() throws IOException {
    assertThat(survives(HEAD + "Content-Length: 5000\r\n\r\n", "x", 1_000)).isFalse();
  }

  @Test
  void bodyThatComesSlowlyButSteadily_isAwaited() throws IOException {
    assertThat(survives(HEAD + "Content-Length: 500000\r\n\r\n", "x".repeat(100), 40)).isTrue();
  }

  @Test
  void manySmallRequests_areFine() throws IOException {
    assertThat(survives("", HEAD + "\r\n", 40)).isTrue();
  }

  @Test
  void silence_isNotItsBusiness() throws IOException {
    assertThat(survives(HEAD, "", 40)).isTrue();
  }

  /// Whether the connection lives through so many beats, in each of which this is sent.
  private boolean survives(String first, String each, int beats) throws IOException {
    try (var socket = new Socket(InetAddress.getLoopbackAddress(), connector.getLocalPort())) {
      socket.setSoTimeout(BEAT_MILLIS);
      socket.getOutputStream().write(first.getBytes(US_ASCII));
      for (var i = 0; i < beats; i++) {
        socket.getOutputStream().write(each.getBytes(US_ASCII));
        if (isEnded(socket)) {
          return false;
        }
      }
      return true;
    } catch (SocketException _) {
      return false;
    }
  }

  /// Waits for a beat.
  private static boolean isEnded(Socket socket) throws IOException {
    var begun = System.nanoTime();
    try {
      while (System.nanoTime() - begun < Duration.ofMillis(BEAT_MILLIS).toNanos()) {
        if (socket.getInputStream().read(new byte[4_096]) < 0) {
          return true;
        }
      }
    } catch (SocketTimeoutException _) {
      // Nothing came, and it is open.
    }
    return false;
  }
}
