package chatd.server.http;

import io.javalin.http.Context;
import java.io.IOException;

/// Reads the body of a request as far as it may go.
public final class RequestBody {

  /// The usual limit, in bytes.
  public static final int LIMIT = 256 * 1024;

  private RequestBody() {}

  /// The whole body, or 413 as soon as it turns out longer than `limit` bytes.
  public static byte[] read(Context context, int limit) {
    if (context.req().getContentLengthLong() > limit) {
      throw ApiError.BODY_TOO_LARGE.answer().asException();
    }
    try {
      var bytes = context.bodyInputStream().readNBytes(limit + 1);
      if (bytes.length > limit) {
        throw ApiError.BODY_TOO_LARGE.answer().asException();
      }
      return bytes;
    } catch (IOException _) {
      throw ApiError.BODY_NOT_JSON.answer().asException(); // It did not come whole.
    }
  }
}
