package chatd.server.stream;

import chatd.engine.port.Carrier;
import chatd.engine.port.CarrierListener;
import io.javalin.http.Context;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.function.Function;
import org.eclipse.jetty.ee10.servlet.ServletContextRequest;
import org.eclipse.jetty.http.HttpException;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.util.Blocker;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.websocket.core.Configuration.ConfigurationCustomizer;
import org.eclipse.jetty.websocket.core.FrameHandler;
import org.eclipse.jetty.websocket.core.WebSocketComponents;
import org.eclipse.jetty.websocket.core.WebSocketExtensionRegistry;
import org.eclipse.jetty.websocket.core.server.ServerUpgradeRequest;
import org.eclipse.jetty.websocket.core.server.ServerUpgradeResponse;
import org.eclipse.jetty.websocket.core.server.WebSocketMappings;
import org.eclipse.jetty.websocket.core.server.WebSocketNegotiator;

/// Turns requests into WebSockets, out of an ordinary route and without its help of Javalin's own.
///
/// Javalin looks for sockets in a table of their own before any route is asked, and its endpoint
/// hides the answers to pings. Here a request stays plain HTTP until the very last moment.
public final class WebSockets {

  /// What clients send is thrown away, so little of it needs to fit.
  private static final int INPUT_BYTES = 1024;

  private final OpenStreams streams;
  private final WebSocketMappings handshakes = new WebSocketMappings(withoutExtensions());
  private final ConfigurationCustomizer configuration = new ConfigurationCustomizer();

  public WebSockets(OpenStreams streams) {
    this.streams = streams;
    configuration.setInputBufferSize(INPUT_BYTES);
  }

  /// No compression: it costs memory and time per viewer, and a text is encoded once for all.
  private static WebSocketComponents withoutExtensions() {
    var extensions = new WebSocketExtensionRegistry();
    List.copyOf(extensions.getAvailableExtensionNames()).forEach(extensions::unregister);
    return new WebSocketComponents(extensions, null, null, null, null, Runnable::run);
  }

  /// Answers the request with 101 and serves `viewer` on the socket.
  ///
  /// If the handshake is not a valid one, false is returned and nothing was answered. If `viewer`
  /// throws, nothing was answered either. What it returned is told of the end in every case, also
  /// when the connection is lost before the socket is open.
  public boolean open(Context context, Function<Carrier, CarrierListener> viewer) {
    var request = ServletContextRequest.getServletContextRequest(context.req());
    var scheduler = request.getConnectionMetaData().getConnector().getScheduler();
    var carrier = new PieceCarrier(true, scheduler, streams);
    var listener = viewer.apply(carrier);
    var outlet = new WebSocketOutlet(carrier);
    carrier.start(outlet, listener);
    try {
      var upgraded = upgrade(request, outlet);
      if (!upgraded) {
        carrier.gone();
      }
      return upgraded;
    } catch (IOException | RuntimeException failure) {
      carrier.gone();
      throw failure instanceof RuntimeException bug
          ? bug
          : new UncheckedIOException((IOException) failure);
    }
  }

  private boolean upgrade(ServletContextRequest request, FrameHandler socket) throws IOException {
    var response = request.getServletContextResponse();
    response.getHeaders().remove(HttpHeader.CONTENT_TYPE); // A 101 has no content.
    try (var answered = Blocker.callback()) {
      try {
        if (handshakes.upgrade(new Agreed(socket), request, response, answered, configuration)) {
          answered.block();
          return true;
        }
      } catch (HttpException.RuntimeException _) {
        // Such as extensions that no parser takes.
      }
      answered.succeeded();
      return false;
    }
  }

  private record Agreed(FrameHandler socket) implements WebSocketNegotiator {
    @Override
    public FrameHandler negotiate(
        ServerUpgradeRequest request, ServerUpgradeResponse response, Callback callback) {
      return socket;
    }
  }
}
