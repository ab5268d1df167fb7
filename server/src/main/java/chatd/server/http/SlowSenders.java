package chatd.server.http;

import java.time.Duration;
import java.util.Map;
import java.util.WeakHashMap;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.server.ConnectionMetaData;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.component.AbstractLifeCycle;
import org.eclipse.jetty.util.thread.Scheduler;
import org.jspecify.annotations.Nullable;

/// Closes connections that bring a request so slowly that it can only be meant to hold a place.
///
/// A byte now and then keeps a connection from being idle, so somebody could hold thousands of them
/// for hours. Here each is looked at again and again: if something came since the last look, but
/// little, and no request began, that counts against it, until a request begins or more comes. A
/// stream is left alone: nothing comes on it, or it is no longer HTTP.
final class SlowSenders extends AbstractLifeCycle {
  /// At so many looks at which little came it is closed.
  private static final int LOOKS = 3;

  private final ServerConnector connector;
  private final Duration look;
  private final long littleBytes;
  private final Map<EndPoint, Seen> seen = new WeakHashMap<>();
  private Scheduler.@Nullable Task next;

  /// How a connection was at the last look.
  ///
  /// @param slow how many looks speak against it
  private record Seen(long bytes, long requests, int slow) {}

  /// Begins when it is started.
  ///
  /// @param look how much time is between two looks
  /// @param bytesPerSecond what is less is little
  SlowSenders(ServerConnector connector, Duration look, int bytesPerSecond) {
    this.connector = connector;
    this.look = look;
    this.littleBytes = bytesPerSecond * look.toMillis() / 1000;
  }

  @Override
  protected void doStart() {
    lookLater();
  }

  @Override
  protected synchronized void doStop() {
    if (next != null) {
      next.cancel();
    }
    seen.clear();
  }

  private synchronized void lookLater() {
    next =
        connector.getScheduler().schedule(this::lookAtAll, look.toMillis(), TimeUnit.MILLISECONDS);
  }

  private void lookAtAll() {
    if (isStarted()) {
      connector.getConnectedEndPoints().forEach(this::lookAt);
      lookLater();
    }
  }

  private synchronized void lookAt(EndPoint endPoint) {
    var connection = endPoint.getConnection();
    if (!(connection instanceof ConnectionMetaData)) {
      seen.remove(endPoint); // A WebSocket, whose pongs are few and small.
      return;
    }
    var before = seen.getOrDefault(endPoint, new Seen(0, 0, 0));
    var bytes = connection.getBytesIn();
    var requests = connection.getMessagesIn();
    var came = bytes - before.bytes;
    var fine = requests != before.requests || came >= littleBytes;
    var slow = fine ? 0 : before.slow + (came > 0 ? 1 : 0);
    seen.put(endPoint, new Seen(bytes, requests, slow));
    if (slow >= LOOKS) {
      endPoint.close();
    }
  }
}
