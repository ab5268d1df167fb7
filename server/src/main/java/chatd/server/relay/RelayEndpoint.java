package chatd.server.relay;

import chatd.relay.LinkServer;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import io.javalin.http.Handler;
import java.io.IOException;
import java.util.List;
import org.eclipse.jetty.ee10.servlet.ServletContextRequest;
import org.eclipse.jetty.http.HttpException;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.util.Blocker;
import org.eclipse.jetty.websocket.core.Configuration.ConfigurationCustomizer;
import org.eclipse.jetty.websocket.core.WebSocketComponents;
import org.eclipse.jetty.websocket.core.WebSocketExtensionRegistry;
import org.eclipse.jetty.websocket.core.server.WebSocketMappings;

/// Where other replicas listen to this one. It asks for no token: whoever connects has to prove
/// within seconds that it is of the cluster, and sees nothing before that.
public final class RelayEndpoint implements Handler {
  static final String PATH = "/relay";

  private static final int INPUT_BYTES = 4 * 1024;

  private final LinkServer links;
  private final WebSocketMappings handshakes = new WebSocketMappings(withoutExtensions());
  private final ConfigurationCustomizer configuration = new ConfigurationCustomizer();

  public RelayEndpoint(LinkServer links) {
    this.links = links;
    configuration.setInputBufferSize(INPUT_BYTES);
  }

  /// Compressing what every edge gets anew would cost more than it saves between neighbours.
  private static WebSocketComponents withoutExtensions() {
    var extensions = new WebSocketExtensionRegistry();
    List.copyOf(extensions.getAvailableExtensionNames()).forEach(extensions::unregister);
    return new WebSocketComponents(extensions, null, null, null, null, Runnable::run);
  }

  public void addTo(RoutesConfig routes) {
    routes.get(PATH, this);
  }

  @Override
  public void handle(Context context) throws IOException {
    if (!"websocket".equalsIgnoreCase(context.header(HttpHeader.UPGRADE.asString()))) {
      refuse(context);
      return;
    }
    var request = ServletContextRequest.getServletContextRequest(context.req());
    var response = request.getServletContextResponse();
    response.getHeaders().remove(HttpHeader.CONTENT_TYPE); // A 101 has no content.
    try (var answered = Blocker.callback()) {
      var socket = new WebSocketLink(links::accept);
      try {
        if (handshakes.upgrade((_, _, _) -> socket, request, response, answered, configuration)) {
          answered.block();
          return;
        }
      } catch (HttpException.RuntimeException _) {
        // Such as extensions that no parser takes.
      }
      answered.succeeded();
      refuse(context);
    }
  }

  private static void refuse(Context context) {
    context.status(HttpStatus.UPGRADE_REQUIRED_426).header("Upgrade", "websocket");
  }
}
