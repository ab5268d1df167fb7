package chatd.server.stream;

import chatd.engine.port.Carrier;
import chatd.engine.port.CarrierListener;
import io.javalin.http.Context;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.eclipse.jetty.ee10.servlet.ServletContextRequest;

/// Turns requests into responses that go on as server-sent events.
public final class ServerSentEvents {

  private final OpenStreams streams;

  public ServerSentEvents(OpenStreams streams) {
    this.streams = streams;
  }

  /// Answers the request with 200 and serves `viewer` on the response. Always true.
  ///
  /// If `viewer` throws, nothing was answered. What it returned is told of the end in every case.
  public boolean open(Context context, Function<Carrier, CarrierListener> viewer) {
    var request = ServletContextRequest.getServletContextRequest(context.req());
    var scheduler = request.getConnectionMetaData().getConnector().getScheduler();
    var carrier = new PieceCarrier(false, scheduler, streams);
    var end = new CompletableFuture<Void>();
    var outlet = new SseOutlet(carrier, request, request.getServletContextResponse(), end);
    var listener = viewer.apply(carrier); // Nothing may fail between this and the start.
    context.res().setCharacterEncoding(null); // The usual answers name it, and this type has one.
    context.contentType("text/event-stream");
    context.header("Cache-Control", "no-store");
    context.header("X-Accel-Buffering", "no"); // Proxies would wait for more.
    carrier.start(outlet, listener);
    context.future(() -> {
      outlet.open(); // Not earlier: the response would be complete when the route returns.
      return end;
    });
    return true;
  }
}
