package chatd.server.model;

import java.net.http.HttpHeaders;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// How long a provider asked us to wait, from its `retry-after-ms` or `Retry-After`.
final class RetryAfter {
  private static final Duration LONGEST = Duration.ofDays(1);

  private RetryAfter() {}

  /// Between nothing and a day; null if it did not say, or not in a form that is known.
  static @Nullable Duration of(HttpHeaders headers, Instant now) {
    return headers
        .firstValue("retry-after-ms")
        .flatMap(value -> number(value, 1))
        .or(() -> headers.firstValue("retry-after").flatMap(value -> number(value, 1000)))
        .or(() -> headers.firstValue("retry-after").flatMap(value -> date(value, now)))
        .orElse(null);
  }

  private static Optional<Duration> number(String value, int unitMillis) {
    try {
      var millis = Double.parseDouble(value) * unitMillis;
      return millis >= 0
          ? Optional.of(atMostLongest(Duration.ofMillis((long) millis)))
          : Optional.empty();
    } catch (NumberFormatException _) {
      return Optional.empty();
    }
  }

  private static Optional<Duration> date(String value, Instant now) {
    try {
      var until = ZonedDateTime.parse(value, DateTimeFormatter.RFC_1123_DATE_TIME).toInstant();
      var wait = Duration.between(now, until);
      return Optional.of(wait.isNegative() ? Duration.ZERO : atMostLongest(wait));
    } catch (DateTimeException _) {
      return Optional.empty();
    }
  }

  private static Duration atMostLongest(Duration wait) {
    return wait.compareTo(LONGEST) > 0 ? LONGEST : wait;
  }
}
