package chatd.server.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import chatd.relay.Dialer;
import chatd.relay.Link;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Dials somebody who accepts connections and never says a word.
class WebSocketDialerTest {
  private static final int TLS_HANDSHAKE = 22;
  private static final Duration SOON = Duration.ofMillis(200);
  private static final Duration LATE = Duration.ofMinutes(1);

  private final ServerSocket mute = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
  private final BlockingQueue<Throwable> failed = new LinkedBlockingQueue<>();
  private WebSocketDialer dialer = dialer(LATE);

  WebSocketDialerTest() throws IOException {}

  @AfterEach
  void close() throws IOException {
    dialer.close();
    mute.close();
  }

  @Test
  void addresses_areThoseOfHttp() {
    assertThat(WebSocketDialer.target("http://a:8080/")).hasToString("ws://a:8080/relay");
    assertThat(WebSocketDialer.target("https://a/chatd")).hasToString("wss://a/chatd/relay");
    for (var address :
        new String[] {"a:8080", "ftp://a", "http:///", "http://[", "http://a:70000", ""}) {
      assertThatThrownBy(() -> WebSocketDialer.target(address))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void httpsAddress_isDialledOverTls() throws Exception {
    dial("https");
    try (var socket = mute.accept()) {
      assertThat(socket.getInputStream().read()).isEqualTo(TLS_HANDSHAKE);
    }
    assertThat(failed.poll(20, TimeUnit.SECONDS)).isInstanceOf(IOException.class);
  }

  @Test
  void noAnswer_failsInTime() throws Exception {
    dialer = dialer(SOON);
    dial("http");
    assertThat(failed.poll(20, TimeUnit.SECONDS)).isNotNull();
  }

  @Test
  void cancel_endsTheConnection() throws Exception {
    var dialing = dial("http");
    try (var socket = mute.accept()) {
      socket.setSoTimeout(20_000);
      dialing.cancel();
      socket.getInputStream().readAllBytes();
    }
  }

  @Test
  void afterTheEnd_nothingIsDialled() throws Exception {
    dial("http");
    mute.accept().close();
    failed.take();
    dialer.close();
    dial("http");
    assertThat(failed.poll()).isInstanceOf(IllegalStateException.class);
  }

  private Dialer.Dialing dial(String scheme) {
    return dialer.dial(
        scheme + "://127.0.0.1:" + mute.getLocalPort(),
        new Dialer.Answer() {
          @Override
          public Link.Listener opened(Link link) {
            throw new AssertionError("a link to nobody");
          }

          @Override
          public void failed(Throwable cause) {
            failed.add(cause);
          }
        });
  }

  private static WebSocketDialer dialer(Duration timeout) {
    return new WebSocketDialer(Thread.ofVirtual().factory(), timeout);
  }
}
