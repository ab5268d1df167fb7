package chatd.server.http;

import chatd.engine.port.Carrier;
import chatd.engine.port.CarrierListener;
import io.javalin.http.Context;
import io.javalin.http.Handler;
import java.util.function.Function;

/// One path on which clients are served a stream, in whichever of the two ways they ask for.
///
/// All that can fail is decided before the connection turns into a stream, so a client always gets
/// an ordinary answer that says why.
public final class StreamEndpoint implements Handler {

  /// Decides about a request. It may read the database and may throw [RefusedException].
  @FunctionalInterface
  public interface Route {
    StreamAnswer open(StreamRequest request);
  }

  /// Turns a request into a stream.
  ///
  /// Returns false if it is no valid one after all, and then has answered nothing.
  @FunctionalInterface
  public interface Opening {
    boolean open(Context context, Function<Carrier, CarrierListener> viewer);
  }

  private final Route route;
  private final Opening webSocket;
  private final Opening serverSentEvents;

  public StreamEndpoint(Route route, Opening webSocket, Opening serverSentEvents) {
    this.route = route;
    this.webSocket = webSocket;
    this.serverSentEvents = serverSentEvents;
  }

  @Override
  public void handle(Context context) {
    var request = StreamRequest.of(context);
    if (request.isEmpty()) {
      ApiError.UPGRADE_REQUIRED.answer().writeTo(context);
      return;
    }
    switch (route.open(request.get())) {
      case StreamAnswer.Refused(var answer) -> answer.writeTo(context);
      case StreamAnswer.Accepted(var viewer) -> {
        if (!opening(request.get()).open(context, viewer)) {
          ApiError.UPGRADE_REQUIRED.answer().writeTo(context);
        }
      }
    }
  }

  private Opening opening(StreamRequest request) {
    return switch (request.carriage()) {
      case WEB_SOCKET -> webSocket;
      case SERVER_SENT_EVENTS -> serverSentEvents;
    };
  }
}
