package chatd.bench;

import static org.assertj.core.api.Assertions.assertThat;

import chatd.bench.client.Recording;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class StreamFactsTest {
  private final Recording viewer = new Recording();

  @Test
  void worker_isTheLastOneNamed() {
    came(1, status("\"running\",\"worker_id\":\"a\""), status("\"running\",\"worker_id\":\"b\""));
    came(2, status("\"waiting\""));

    assertThat(StreamFacts.worker(viewer.since(0))).contains("b");
  }

  @Test
  void firstPart_ofAnotherAttempt_isToldFromMoreOfTheSame() {
    came(1, part(3, 1));
    var known = StreamFacts.newest(viewer.since(0));
    came(2, part(3, 1));
    assertThat(StreamFacts.firstPartAfter(known, viewer.since(0))).isEmpty();

    came(3, status("\"running\""), part(3, 2));
    came(4, part(4, 1));
    assertThat(StreamFacts.firstPartAfter(known, viewer.since(0))).hasValue(3);
  }

  @Test
  void hasParts_onlyWhenOneCame() {
    came(1, status("\"running\""));
    assertThat(StreamFacts.hasParts(viewer.since(0))).isFalse();
    came(2, part(1, 1));
    assertThat(StreamFacts.hasParts(viewer.since(0))).isTrue();
  }

  private void came(long nanos, String... events) {
    var text = "[" + String.join(",", events) + "]";
    viewer.message(nanos, text.getBytes(StandardCharsets.UTF_8));
  }

  private static String status(String fields) {
    return "{\"type\":\"status\",\"status\":{\"status\":" + fields + "}}";
  }

  private static String part(long historyVersion, long attempt) {
    return "{\"type\":\"message_part\",\"message_part\":{\"history_version\":%d,\"generation_attempt\":%d}}"
        .formatted(historyVersion, attempt);
  }
}
