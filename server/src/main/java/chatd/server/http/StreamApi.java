package chatd.server.http;

import chatd.core.feed.Framing;
import chatd.core.feed.ResumeRequest;
import chatd.core.message.ChatId;
import chatd.engine.port.CarrierListener;
import chatd.engine.port.Chat;
import io.javalin.http.Context;
import io.javalin.http.HandlerType;

/// The stream of a chat.
final class StreamApi {
  private final Streams streams;
  private final ReadMarks readMarks;
  private final UserLimits limits;
  private final Readiness readiness;

  StreamApi(Streams streams, ReadMarks readMarks, UserLimits limits, Readiness readiness) {
    this.streams = streams;
    this.readMarks = readMarks;
    this.limits = limits;
    this.readiness = readiness;
  }

  void addTo(UserRoutes routes) {
    routes.addToChats(
        HandlerType.GET,
        "/{chat}/stream",
        (context, caller) -> {
          limits.requireRoomForStream(caller.user()); // With the other limits: before the chat.
          open(context, caller, routes.accessible(context, caller));
        });
  }

  private void open(Context context, Caller caller, Chat chat) {
    var endpoint =
        new StreamEndpoint(
            request -> accept(request, caller, chat.row().id()),
            streams.webSocket(),
            streams.serverSentEvents());
    endpoint.handle(context);
  }

  private StreamAnswer accept(StreamRequest request, Caller caller, ChatId chat) {
    var query = QueryParameters.of(request.context());
    var resume = resume(request.context(), query);
    var framing = framing(request, query);
    if (readiness.isDraining()) {
      throw ApiError.UNAVAILABLE.asException();
    }
    readMarks.move(chat);
    return new StreamAnswer.Accepted(carrier -> {
      var place = limits.openStream(caller.user());
      try {
        var viewer = streams.watching().watch(chat, resume, framing, carrier, caller.access());
        return new Counted(viewer, place, () -> readMarks.moveLater(chat));
      } catch (RuntimeException failure) {
        place.close();
        throw failure;
      }
    });
  }

  private static ResumeRequest resume(Context context, QueryParameters query) {
    var parameters =
        new ResumeRequest.Parameters(
            query.text("after_id"),
            query.text("after_revision"),
            query.text("after_attempt"),
            query.text("after_seq"),
            query.text("cursor"),
            context.header("Last-Event-ID"));
    return switch (ResumeRequest.parse(parameters)) {
      case ResumeRequest.Parsed.Valid(var request) -> request;
      case ResumeRequest.Parsed.Malformed(var source) -> throw malformed(source).asException();
    };
  }

  private static ApiError malformed(ResumeRequest.Source source) {
    return switch (source) {
      case AFTER_ID -> ApiError.AFTER_ID_INVALID;
      case CURSOR -> ApiError.CURSOR_INVALID;
      case LAST_EVENT_ID -> ApiError.LAST_EVENT_ID_INVALID;
    };
  }

  private static Framing framing(StreamRequest request, QueryParameters query) {
    var framing = query.text("framing");
    if (framing != null && !framing.equals("envelope")) {
      throw QueryParameters.invalid("framing", "must be \"envelope\"").asException();
    }
    return switch (request.carriage()) {
      case WEB_SOCKET -> framing == null ? Framing.ARRAY : Framing.ENVELOPE;
      case SERVER_SENT_EVENTS -> Framing.SSE;
    };
  }

  /// A viewer that has a place among the streams of its user.
  private record Counted(CarrierListener viewer, UserLimits.Place place, Runnable atTheEnd)
      implements CarrierListener {

    @Override
    public void written() {
      viewer.written();
    }

    @Override
    public void progressed() {
      viewer.progressed();
    }

    @Override
    public void ended() {
      place.close();
      atTheEnd.run();
      viewer.ended();
    }
  }
}
