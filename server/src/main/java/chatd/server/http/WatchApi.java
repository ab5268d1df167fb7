package chatd.server.http;

import chatd.core.feed.Framing;
import chatd.server.http.StreamRequest.Carriage;
import io.javalin.http.HandlerType;

/// The socket on which a user hears of all own chats.
final class WatchApi {
  private final Streams streams;
  private final UserLimits limits;
  private final Readiness readiness;

  WatchApi(Streams streams, UserLimits limits, Readiness readiness) {
    this.streams = streams;
    this.limits = limits;
    this.readiness = readiness;
  }

  void addTo(UserRoutes routes) {
    routes.addToChats(
        HandlerType.GET,
        "/watch",
        (context, caller) -> {
          limits.requireRoomForStream(caller.user());
          new StreamEndpoint(
                  request -> accept(request, caller),
                  streams.webSocket(),
                  streams.serverSentEvents())
              .handle(context);
        });
  }

  private StreamAnswer accept(StreamRequest request, Caller caller) {
    if (request.carriage() != Carriage.WEB_SOCKET) {
      throw ApiError.UPGRADE_REQUIRED.asException();
    }
    var framing = FramingQuery.of(QueryParameters.of(request.context()), Framing.ARRAY);
    if (readiness.isDraining()) {
      throw ApiError.UNAVAILABLE.asException();
    }
    return new StreamAnswer.Accepted(carrier ->
        CountedStream.open(
            limits.openStream(caller.user()),
            () -> streams.watchingAll().watch(framing, carrier, caller.access()),
            () -> {}));
  }
}
