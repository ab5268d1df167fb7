package chatd.server.wire;

import java.time.Instant;
import java.time.temporal.ChronoUnit;

/// Points in time as clients see them: RFC 3339 in UTC, microseconds at most.
public final class WireTime {
  private WireTime() {}

  public static String format(Instant time) {
    return time.truncatedTo(ChronoUnit.MICROS).toString();
  }

  public static Instant parse(String text) {
    return Instant.parse(text);
  }
}
