package chatd.server.http;

import chatd.core.feed.Framing;
import chatd.core.feed.ResumeRequest;
import chatd.core.message.ChatId;
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
    return new StreamAnswer.Accepted(carrier ->
        CountedStream.open(
            limits.openStream(caller.user()),
            () -> streams.watching().watch(chat, resume, framing, carrier, caller.access()),
            () -> readMarks.moveLater(chat)));
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
    var framing = FramingQuery.of(query, Framing.ARRAY);
    return switch (request.carriage()) {
      case WEB_SOCKET -> framing;
      case SERVER_SENT_EVENTS -> Framing.SSE;
    };
  }
}
