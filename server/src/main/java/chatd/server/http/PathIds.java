package chatd.server.http;

import chatd.core.message.ChatId;
import chatd.server.wire.UuidText;
import io.javalin.http.Context;
import java.util.UUID;
import java.util.regex.Pattern;

/// The ids in the path of a request.
final class PathIds {
  private static final Pattern INTEGER = Pattern.compile("-?[0-9]+");

  private PathIds() {}

  static ChatId chat(Context context) {
    return new ChatId(uuid(context, "chat", ApiError.CHAT_ID_INVALID));
  }

  static long message(Context context) {
    return positive(context, "message", ApiError.MESSAGE_ID_INVALID);
  }

  static long queuedMessage(Context context) {
    return positive(context, "queued", ApiError.QUEUED_MESSAGE_ID_INVALID);
  }

  static UUID uuid(Context context, String name, ApiError otherwise) {
    return UuidText.parse(context.pathParam(name)).orElseThrow(otherwise::asException);
  }

  private static long positive(Context context, String name, ApiError otherwise) {
    var id = integer(context.pathParam(name), otherwise);
    if (id <= 0) {
      throw ApiError.MESSAGE_ID_NOT_POSITIVE.asException();
    }
    return id;
  }

  private static long integer(String text, ApiError otherwise) {
    try {
      if (INTEGER.matcher(text).matches()) {
        return Long.parseLong(text);
      }
    } catch (NumberFormatException _) {
      // More than 64 bits.
    }
    throw otherwise.asException();
  }
}
