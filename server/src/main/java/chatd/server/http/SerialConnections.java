package chatd.server.http;

import java.util.concurrent.atomic.AtomicInteger;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.server.Connector;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.internal.HttpConnection;

/// Makes connections that are read by one thread at a time.
///
/// Jetty answers a broken head on a second thread. When the answer is written, that thread goes on
/// reading, while the first one may not have left yet. Both then give the one buffer back to the
/// pool. If a stranger's connection takes it out in between, the second return takes it from under
/// that one, and the next connection shares it: somebody reads bytes of somebody else's request.
final class SerialConnections extends HttpConnectionFactory {

  SerialConnections(HttpConfiguration configuration) {
    super(configuration);
  }

  @Override
  public Connection newConnection(Connector connector, EndPoint endPoint) {
    var connection = new SerialConnection(getHttpConfiguration(), connector, endPoint);
    return configure(connection, connector, endPoint);
  }

  private static final class SerialConnection extends HttpConnection {
    private final AtomicInteger calls = new AtomicInteger();

    SerialConnection(HttpConfiguration configuration, Connector connector, EndPoint endPoint) {
      super(configuration, connector, endPoint);
    }

    /// Whoever comes while another thread is here leaves the work to it. Waiting could take as long
    /// as a request, and there are few threads that do not belong to one.
    @Override
    public void onFillable() {
      if (calls.getAndIncrement() > 0) {
        return;
      }
      do {
        super.onFillable();
      } while (calls.decrementAndGet() > 0);
    }
  }
}
