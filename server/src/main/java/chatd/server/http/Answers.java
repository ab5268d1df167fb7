package chatd.server.http;

import chatd.engine.port.StoredAnswer;
import io.javalin.http.Context;
import java.util.Arrays;

/// Writes answers that refuse nothing.
final class Answers {
  private Answers() {}

  static void json(Context context, int status, byte[] body) {
    context.status(status).contentType(ErrorAnswer.JSON).result(line(body));
  }

  /// JSON as it is sent: with an end of line, or a terminal would put its prompt behind it.
  static byte[] line(byte[] json) {
    var line = Arrays.copyOf(json, json.length + 1);
    line[json.length] = '\n';
    return line;
  }

  static void json(Context context, StoredAnswer answer) {
    json(context, answer.status(), answer.body());
  }

  static void empty(Context context) {
    context.status(204).res().setContentType(null); // The router has set one.
  }
}
