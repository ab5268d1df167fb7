package chatd.server.relay;

import chatd.relay.Dialer;
import java.net.URI;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;

/// Dials replicas over HTTP, at the address that each has registered: `http://host:port`, or
/// `https` behind a proxy that ends TLS.
public final class WebSocketDialer implements Dialer, AutoCloseable {
  private final HttpClient http;
  private final Duration timeout;

  /// @param threads run what happens on all links; their tasks are short and many
  /// @param timeout how long connecting may take. Nobody waits for it longer than that
  public WebSocketDialer(Executor threads, Duration timeout) {
    this.timeout = timeout;
    this.http =
        HttpClient.newBuilder()
            .executor(threads)
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(timeout)
            .followRedirects(HttpClient.Redirect.NEVER)
            .proxy(HttpClient.Builder.NO_PROXY) // Replicas reach each other directly.
            .build();
  }

  @Override
  public Dialing dial(String address, Answer answer) {
    var cancelled = new AtomicBoolean();
    try {
      var link = new DialedWebSocket(answer, cancelled::get);
      var _ =
          http.newWebSocketBuilder()
              .connectTimeout(timeout)
              .buildAsync(target(address), link)
              .whenComplete((_, failure) -> {
                if (failure != null) {
                  answer.failed(failure);
                }
              });
    } catch (IllegalArgumentException unusable) {
      answer.failed(unusable);
    }
    return () -> cancelled.set(true);
  }

  /// @throws IllegalArgumentException if the address is not one of HTTP
  static URI target(String address) {
    var base = address.endsWith("/") ? address.substring(0, address.length() - 1) : address;
    if (!base.startsWith("http://") && !base.startsWith("https://")) {
      throw new IllegalArgumentException("not an address of HTTP: " + address);
    }
    return URI.create("ws" + base.substring("http".length()) + RelayEndpoint.PATH);
  }

  /// Breaks every link.
  @Override
  public void close() {
    http.shutdownNow();
  }
}
