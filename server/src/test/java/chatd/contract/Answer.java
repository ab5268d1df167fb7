package chatd.contract;

import java.net.http.HttpResponse;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// An answer of the server to one request.
///
/// @param path without the query
/// @param headers their names in lower case
/// @param body null: it was not read
@SuppressWarnings("ArrayRecordComponent") // Looked at, never compared.
public record Answer(
    String method,
    String path,
    int status,
    Map<String, List<String>> headers,
    byte @Nullable [] body) {
  private static final Pattern LINES = Pattern.compile("\r?\n");

  /// With a body that was read whole.
  public static Answer of(HttpResponse<byte[]> answer) {
    return of(answer, answer.body());
  }

  /// Without its body.
  public static Answer headOf(HttpResponse<?> answer) {
    return of(answer, null);
  }

  private static Answer of(HttpResponse<?> answer, byte @Nullable [] body) {
    var request = answer.request();
    return new Answer(
        request.method(),
        request.uri().getRawPath(),
        answer.statusCode(),
        lowerCase(answer.headers().map()),
        body);
  }

  /// As they went over the wire: `request` begins with the request line, `head` is all that comes
  /// before the body.
  public static Answer headOf(String request, String head) {
    var asked = request.split(" ", 3);
    var lines = LINES.split(head, -1);
    Map<String, List<String>> headers = new TreeMap<>();
    for (var i = 1; i < lines.length && !lines[i].isEmpty(); i++) {
      var parts = lines[i].split(": ", 2);
      headers.put(parts[0].toLowerCase(Locale.ROOT), List.of(parts[1]));
    }
    return new Answer(
        asked[0],
        asked[1].split("[?]", 2)[0],
        Integer.parseInt(lines[0].split(" ", 3)[1]),
        headers,
        null);
  }

  private static Map<String, List<String>> lowerCase(Map<String, List<String>> headers) {
    Map<String, List<String>> lower = new TreeMap<>();
    headers.forEach((name, values) -> lower.put(name.toLowerCase(Locale.ROOT), values));
    return lower;
  }

  Optional<String> header(String name) {
    var values = headers.get(name.toLowerCase(Locale.ROOT));
    return values == null ? Optional.empty() : Optional.of(values.getFirst());
  }

  @Override
  public String toString() {
    return method + " " + path + " -> " + status;
  }
}
