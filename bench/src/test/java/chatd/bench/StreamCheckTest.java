package chatd.bench;

import static org.assertj.core.api.Assertions.assertThat;

import chatd.bench.client.Recording;
import chatd.bench.client.Recording.Received;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class StreamCheckTest {
  private static final String ONE = "0000000000000001 ";
  private static final String TWO = "0000000000000002 ";
  private static final String THREE = "0000000000000003 ";

  @Test
  void everyPartOnce_isWithoutFault() {
    var check = check(part(1, 1, ONE), part(2, 3, TWO + THREE), committed(ONE + TWO + THREE));

    assertThat(check.faults()).isEmpty();
    assertThat(check.frames()).isEqualTo(2);
    assertThat(check.sightings().stream().map(StreamCheck.Sighting::sent))
        .containsExactly(1L, 2L, 3L);
  }

  @Test
  void aMissingPart_isAFault() {
    assertThat(check(part(1, 1, ONE), part(3, 3, THREE), committed(ONE + THREE)).faults())
        .containsExactly("part 3 follows part 1");
  }

  @Test
  void aRepeatedPart_isAFault() {
    assertThat(
            check(part(1, 2, ONE + TWO), part(2, 3, TWO + THREE), committed(ONE + TWO + THREE))
                .faults())
        .contains("part 2 follows part 2");
  }

  @Test
  void aLostEnd_isAFault() {
    assertThat(check(part(1, 2, ONE + TWO), committed(ONE + TWO)).faults())
        .containsExactly("the last part is 2 and not 3");
  }

  @Test
  void anEndThatCameWithTheMessageOnly_isAFaultUnlessItMayBe() {
    var events = List.of(part(1, 2, ONE + TWO), committed(ONE + TWO + THREE));

    assertThat(check(events.toArray(String[]::new)).faults())
        .containsExactly("the last part is 2 and not 3");
    var check = StreamCheck.ofEnd(received(events), 3);
    assertThat(check.faults()).isEmpty();
    assertThat(check.overtaken()).isEqualTo(1);
    assertThat(check.sightings().stream().map(StreamCheck.Sighting::sent))
        .containsExactly(1L, 2L, 3L);
  }

  @Test
  void anAnswerThatCameWithTheMessageOnly_isTimedByThat() {
    var check = StreamCheck.ofEnd(received(List.of(committed(ONE + TWO + THREE))), 3);

    assertThat(check.faults()).isEmpty();
    assertThat(check.overtaken()).isEqualTo(3);
    assertThat(check.sightings()).hasSize(3);
  }

  @Test
  void aLostEnd_isAFaultAlsoIfTheMessageMayBeFaster() {
    var events = List.of(part(1, 1, ONE), committed(ONE + TWO));

    assertThat(StreamCheck.ofEnd(received(events), 3).faults())
        .containsExactly("the last part is 1 and not 3");
  }

  @Test
  void anotherTextThanStreamed_isAFault() {
    assertThat(check(part(1, 3, ONE + TWO + THREE), committed(ONE + TWO)).faults())
        .containsExactly("the committed text is not what was streamed");
  }

  private static StreamCheck check(String... events) {
    return StreamCheck.of(received(List.of(events)), 3);
  }

  private static List<Received> received(List<String> events) {
    var recording = new Recording();
    events.forEach(
        event -> recording.message(0, ("[" + event + "]").getBytes(StandardCharsets.UTF_8)));
    return recording.since(0);
  }

  private static String part(int first, int last, String text) {
    var fields =
        List.of(
            "\"part\":{\"type\":\"text\",\"text\":\"" + text + "\"}",
            "\"first_seq\":" + first,
            "\"seq\":" + last);
    return fields.stream()
        .collect(Collectors.joining(",", "{\"type\":\"message_part\",\"message_part\":{", "}}"));
  }

  private static String committed(String text) {
    return "{\"type\":\"message\",\"message\":{\"role\":\"assistant\",\"content\":[{\"type\":\"text\",\"text\":\""
        + text
        + "\"}]}}";
  }
}
