package chatd.server.http;

import io.javalin.http.Context;
import java.util.Locale;
import java.util.Optional;

/// A request for a stream, not answered yet.
///
/// @param context the request; a route that accepts it must not answer it
/// @param carriage how the client wants to be served
public record StreamRequest(Context context, Carriage carriage) {

  /// How events reach the client.
  public enum Carriage {
    WEB_SOCKET,
    SERVER_SENT_EVENTS
  }

  /// The request, if it asks for one of the two ways correctly. An upgrade comes first.
  static Optional<StreamRequest> of(Context context) {
    if (isUpgrade(context)) {
      return Optional.of(new StreamRequest(context, Carriage.WEB_SOCKET));
    }
    if (has(context, "Accept", "text/event-stream") && context.header("Upgrade") == null) {
      return Optional.of(new StreamRequest(context, Carriage.SERVER_SENT_EVENTS));
    }
    return Optional.empty();
  }

  /// Whether the request asks for a WebSocket.
  static boolean isUpgrade(Context context) {
    return has(context, "Upgrade", "websocket")
        && has(context, "Connection", "upgrade")
        && "13".equals(context.header("Sec-WebSocket-Version"))
        && context.header("Sec-WebSocket-Key") != null
        && context.protocol().equals("HTTP/1.1");
  }

  private static boolean has(Context context, String header, String wanted) {
    var value = context.header(header);
    if (value == null) {
      return false;
    }
    for (var element : value.split(",", -1)) {
      var token = element.split(";", 2)[0].strip();
      if (token.toLowerCase(Locale.ROOT).equals(wanted)) {
        return true;
      }
    }
    return false;
  }
}
