package chatd.server.relay;

import chatd.relay.Dialer;
import java.net.URI;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ThreadFactory;

/// Dials replicas at the address that each has registered: `http://host:port`, or `https` where a
/// proxy ends TLS.
///
/// It speaks WebSocket by itself, over plain sockets. The client of the JDK forgets to tell of the
/// end of a connection that comes while no message is asked for, so that a cut would be found out
/// by silence only.
public final class WebSocketDialer implements Dialer {
  private final ThreadFactory threads;
  private final Duration timeout;

  /// @param threads make virtual threads: one reads each link, and one is used for each write
  /// @param timeout how long connecting may take, and the wait for an answer after it
  public WebSocketDialer(ThreadFactory threads, Duration timeout) {
    this.threads = threads;
    this.timeout = timeout;
  }

  @Override
  public Dialing dial(String address, Answer answer) {
    try {
      var socket = new DialedWebSocket(target(address), answer, threads);
      threads.newThread(() -> socket.run(timeout)).start();
      return socket::close;
    } catch (IllegalArgumentException unusable) {
      answer.failed(unusable);
      return () -> {};
    }
  }

  /// Where the relay is behind an address.
  ///
  /// @throws IllegalArgumentException if the address is not one of HTTP
  static URI target(String address) {
    var base = address.endsWith("/") ? address.substring(0, address.length() - 1) : address;
    var target = URI.create(base + RelayEndpoint.PATH);
    if (target.getHost() == null || !Set.of("http", "https").contains(target.getScheme())) {
      throw new IllegalArgumentException("not an address of HTTP: " + address);
    }
    return target;
  }
}
