package chatd.server.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import chatd.engine.fake.ManualTime;
import chatd.engine.port.Leftovers;
import chatd.engine.port.Leftovers.Kind;
import chatd.engine.port.StoreException;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class CountedLeftoversTest {
  private final ManualTime time = new ManualTime();
  private final Meters meters = new Meters();
  private int there = 3;
  private final Leftovers leftovers = new CountedLeftovers(this::delete, time, meters);

  private int delete(Kind kind, int max) {
    if (kind == Kind.TOMBSTONES) {
      throw new StoreException(StoreException.Kind.UNAVAILABLE, "away");
    }
    var deleted = Math.min(there, max);
    there -= deleted;
    return deleted;
  }

  @AfterEach
  void close() {
    meters.close();
  }

  private double figure(String name, String kind) {
    var start = "%s{kind=\"%s\"} ".formatted(name, kind);
    return meters
        .text()
        .lines()
        .filter(line -> line.startsWith(start))
        .mapToDouble(line -> Double.parseDouble(line.substring(start.length())))
        .findFirst()
        .orElseThrow(() -> new AssertionError("no figure " + start));
  }

  private long last(String kind) {
    return (long) figure("chatd_leftovers_swept_timestamp_seconds", kind);
  }

  @Test
  void everyDeletion_isCountedByItsKind() {
    assertThat(leftovers.delete(Kind.REQUEST_KEYS, 2)).isEqualTo(2);
    assertThat(leftovers.delete(Kind.REQUEST_KEYS, 2)).isEqualTo(1);

    assertThat(figure("chatd_leftovers_deleted_total", "request_keys")).isEqualTo(3);
    assertThat(figure("chatd_leftovers_deleted_total", "expired_tokens")).isZero();
  }

  @Test
  void lastLook_isTheStart_untilADeletionWentThrough() {
    var start = time.now().getEpochSecond();
    time.advance(Duration.ofMinutes(1));
    leftovers.delete(Kind.EXPIRED_TOKENS, 10);
    assertThatThrownBy(() -> leftovers.delete(Kind.TOMBSTONES, 10))
        .isInstanceOf(StoreException.class);

    assertThat(last("expired_tokens")).isEqualTo(start + 60);
    assertThat(last("tombstones")).isEqualTo(start);
  }
}
