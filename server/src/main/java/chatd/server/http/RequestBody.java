package chatd.server.http;

import chatd.server.wire.RequestFields;
import io.javalin.http.Context;
import java.io.IOException;

/// Reads the body of a request as far as it may go.
public final class RequestBody {

  /// The usual limit, in bytes.
  public static final int LIMIT = 256 * 1024;

  /// A body up to this size is taken in although it is too large: a client that is still sending
  /// when the connection ends would not see the answer.
  private static final long SWALLOWED_MAX = 2 * 1024 * 1024;

  private RequestBody() {}

  /// The whole body, or 413 as soon as it turns out longer than `limit` bytes.
  public static byte[] read(Context context, int limit) {
    var length = context.req().getContentLengthLong();
    try {
      if (length > limit) {
        // Who waits for leave to send it has not begun.
        if (length <= SWALLOWED_MAX && context.header("Expect") == null) {
          context.bodyInputStream().skipNBytes(length);
        }
        throw ApiError.BODY_TOO_LARGE.asException();
      }
      var bytes = context.bodyInputStream().readNBytes(limit + 1);
      if (bytes.length > limit) {
        throw ApiError.BODY_TOO_LARGE.asException();
      }
      return bytes;
    } catch (IOException _) {
      throw ApiError.BODY_NOT_JSON.asException(); // It did not come whole.
    }
  }

  /// The fields of the object that the body is; 400 if it is none.
  static RequestFields fields(byte[] body) {
    return RequestFields.read(body).orElseThrow(ApiError.BODY_NOT_JSON::asException);
  }

  /// Refuses if a field that was asked for had the wrong type.
  static void requireTypes(RequestFields fields) {
    var problems = fields.problems();
    if (!problems.isEmpty()) {
      throw ErrorAnswer.of(ApiError.VALIDATION_FAILED, problems).asException();
    }
  }
}
