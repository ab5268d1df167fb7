package chatd.server.relay;

import chatd.relay.Dialer;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.client.HttpClient;
import org.eclipse.jetty.util.component.LifeCycle;
import org.eclipse.jetty.util.thread.ScheduledExecutorScheduler;
import org.eclipse.jetty.websocket.core.Configuration.ConfigurationCustomizer;
import org.eclipse.jetty.websocket.core.WebSocketComponents;
import org.eclipse.jetty.websocket.core.client.CoreClientUpgradeRequest;
import org.eclipse.jetty.websocket.core.client.WebSocketCoreClient;

/// Dials replicas at the address that each has registered: `http://host:port`, or `https` where a
/// proxy ends TLS.
///
/// One selector serves every link, from the first dial on: a replica that is alone needs none.
/// Neither proxies nor redirects are followed.
public final class WebSocketDialer implements Dialer, AutoCloseable {
  private static final Map<String, String> SCHEMES = Map.of("http", "ws", "https", "wss");
  private static final int INPUT_BYTES = 16 * 1024;
  private static final int PORT_MAX = 65_535;

  private final Duration timeout;
  private final ScheduledThreadPoolExecutor timers;
  private final WebSocketCoreClient client;
  private final ConfigurationCustomizer configuration = new ConfigurationCustomizer();
  private boolean closed; // Guarded by this.

  /// @param threads make virtual threads
  /// @param timeout how long it may take until there is a link
  public WebSocketDialer(ThreadFactory threads, Duration timeout) {
    this.timeout = timeout;
    Executor executor = task -> threads.newThread(task).start();
    timers = new ScheduledThreadPoolExecutor(1, threads);
    timers.setRemoveOnCancelPolicy(true);
    var http = new HttpClient();
    http.setExecutor(executor);
    http.setScheduler(new ScheduledExecutorScheduler(timers));
    http.setAddressResolutionTimeout(timeout.toMillis());
    http.setConnectTimeout(timeout.toMillis());
    http.setIdleTimeout(timeout.toMillis()); // Of what has become no link; links have none.
    http.setDestinationIdleTimeout(timeout.toMillis());
    http.setFollowRedirects(false);
    client =
        new WebSocketCoreClient(
            http, new WebSocketComponents(null, null, null, null, null, executor));
    configuration.setInputBufferSize(INPUT_BYTES);
  }

  @Override
  public Dialing dial(String address, Answer answer) {
    try {
      var link = new WebSocketLink(answer::opened);
      var request = CoreClientUpgradeRequest.from(started(), target(address), link);
      request.setConfiguration(configuration);
      request.timeout(timeout.toMillis(), TimeUnit.MILLISECONDS);
      var dialed = client.connect(request);
      var _ =
          dialed.whenComplete(
              (_, failure) -> {
                if (failure != null && !link.wasOpened()) {
                  answer.failed(failure);
                }
              });
      return () -> dialed.cancel(true);
    } catch (IOException | RuntimeException unusable) {
      answer.failed(unusable);
      return () -> {};
    }
  }

  /// The client would also start again after its end.
  private synchronized WebSocketCoreClient started() {
    if (closed) {
      throw new IllegalStateException("nothing is dialled any more");
    }
    LifeCycle.start(client); // Without effect when it has been.
    return client;
  }

  /// Where the relay is behind an address.
  ///
  /// @throws IllegalArgumentException if the address is not one of HTTP
  static URI target(String address) {
    var base = address.endsWith("/") ? address.substring(0, address.length() - 1) : address;
    var target = URI.create(base + RelayEndpoint.PATH);
    var scheme = target.getScheme() == null ? null : SCHEMES.get(target.getScheme());
    if (target.getHost() == null || target.getPort() > PORT_MAX || scheme == null) {
      throw new IllegalArgumentException("not an address of HTTP: " + address);
    }
    return URI.create(scheme + target.toString().substring(target.getScheme().length()));
  }

  /// Ends what is left of the links, too.
  @Override
  public synchronized void close() {
    closed = true;
    LifeCycle.stop(client);
    timers.shutdownNow();
  }
}
