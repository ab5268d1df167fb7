package chatd.server.http;

import chatd.engine.port.StoredAnswer;
import io.javalin.http.Context;

/// Writes answers that refuse nothing.
final class Answers {
  private Answers() {}

  static void json(Context context, int status, byte[] body) {
    context.status(status).contentType(ErrorAnswer.JSON).result(body);
  }

  static void json(Context context, StoredAnswer answer) {
    json(context, answer.status(), answer.body());
  }

  static void empty(Context context) {
    context.status(204);
  }
}
