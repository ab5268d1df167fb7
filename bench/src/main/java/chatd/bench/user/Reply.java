package chatd.bench.user;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/// An answer that was well-formed HTTP.
///
/// @param headers their names in lower case
@SuppressWarnings("ArrayRecordComponent") // Looked at, never compared.
public record Reply(int status, String reason, Map<String, List<String>> headers, byte[] body) {

  public Optional<String> header(String name) {
    var values = headers.get(name.toLowerCase(Locale.ROOT));
    return values == null ? Optional.empty() : Optional.of(values.getFirst());
  }

  public String text() {
    return new String(body, StandardCharsets.UTF_8);
  }

  public boolean isSuccess() {
    return status / 100 == 2;
  }

  /// Whether the server closes the connection after it.
  public boolean isLast() {
    return header("connection").orElse("").equalsIgnoreCase("close");
  }
}
