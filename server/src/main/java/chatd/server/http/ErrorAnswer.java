package chatd.server.http;

import chatd.server.wire.ErrorBody;
import io.javalin.http.Context;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A refusal as it is answered: the error, and what helps the client to understand it.
public record ErrorAnswer(ApiError error, ErrorBody body) {

  static final String JSON = "application/json; charset=utf-8";

  /// The error alone.
  public static ErrorAnswer of(ApiError error) {
    return new ErrorAnswer(error, ErrorBody.of(error.message()));
  }

  /// The error with a sentence about this case.
  public static ErrorAnswer of(ApiError error, @Nullable String detail) {
    return new ErrorAnswer(error, new ErrorBody(error.message(), detail, List.of()));
  }

  /// The error with what is wrong about each field.
  public static ErrorAnswer of(ApiError error, List<ErrorBody.Validation> validations) {
    return new ErrorAnswer(error, new ErrorBody(error.message(), null, validations));
  }

  /// The error with a sentence about this case and what is wrong about each field.
  static ErrorAnswer of(ApiError error, String detail, List<ErrorBody.Validation> validations) {
    return new ErrorAnswer(error, new ErrorBody(error.message(), detail, validations));
  }

  /// The error whose text names what the client sent.
  static ErrorAnswer naming(ApiError error, String sent) {
    return new ErrorAnswer(error, ErrorBody.of(error.message().formatted(sent)));
  }

  /// Answers the request so.
  public void writeTo(Context context) {
    if (error == ApiError.UPGRADE_REQUIRED) {
      context.header("Upgrade", "websocket");
      context.header("Sec-WebSocket-Version", "13");
    }
    var retryAfter = error.retryAfter();
    if (retryAfter != null) {
      context.header("Retry-After", retryAfter);
    }
    if (error == ApiError.UNAVAILABLE) {
      // Another replica may answer, and a client that kept the connection would not get to it.
      context.header("Connection", "close");
    }
    Answers.json(context, error.status(), body.encode());
  }

  /// To leave a route from deep inside.
  public RefusedException asException() {
    return new RefusedException(this);
  }
}
