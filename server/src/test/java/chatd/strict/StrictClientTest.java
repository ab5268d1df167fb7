package chatd.strict;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// The client of the other tests notices what a server must not do. A stream in which everything is
/// as it should be is changed in one place.
class StrictClientTest {
  private static final List<String> GOOD =
      List.of(
          message(1, 1, "user", 2),
          queue(2),
          status(2, "running", 1),
          reset(2, 1, 1),
          part(2, 1, 1, 1, 1),
          part(2, 1, 1, 2, 4),
          part(2, 1, 1, 5, 5),
          message(2, 3, "assistant", 3),
          status(3, "waiting", 3),
          reset(3, 3, 0));

  @Test
  void stream_thatIsRight_isAccepted() {
    var client = new StrictClient("c", StrictClient.Memory.POSITION);
    play(client, GOOD);
    assertThat(client.history()).containsExactly("user: x", "assistant: x");
    assertThat(client.is("waiting")).isTrue();
  }

  record Fault(String what, int at, List<String> instead, String complaint) {
    @Override
    public String toString() {
      return what;
    }
  }

  static List<Fault> faults() {
    return List.of(
        new Fault("a gap", 5, List.of(part(2, 1, 1, 3, 4)), "the part after 1"),
        new Fault("a repeat", 5, List.of(part(2, 1, 1, 1, 4)), "the part after 1"),
        new Fault("another episode", 5, List.of(part(2, 1, 2, 1, 1)), "the episode of part"),
        new Fault("a falling version", 8, List.of(status(2, "waiting", 3)), "never falls"),
        new Fault("no running", 2, List.of(status(2, "waiting", 1)), "running before a part"),
        new Fault("no status at first", 2, List.of(), "the first sync has a status"),
        new Fault("no queue at first", 1, List.of(), "before the first status"),
        new Fault("no status after a row", 8, List.of(), "a status comes between"),
        new Fault("a row twice", 7, List.of(message(1, 1, "user", 3)), "comes once"),
        new Fault("an unknown status", 2, List.of(status(2, "busy", 1)), ""),
        new Fault("an unknown type", 1, List.of(event("hello", 2, "\"hello\":1")), ""),
        new Fault("a part after its end", 9, List.of(part(3, 1, 1, 6, 6)), "running before"),
        new Fault(
            "a part after its retry",
            5,
            List.of(retryingStatus(3), retry(3), part(3, 1, 1, 2, 2)),
            "a void episode"),
        new Fault(
            "a queue behind the status",
            3,
            List.of(queue(2)),
            "queue_update after status in one sync"),
        new Fault(
            "a reset for nothing",
            7,
            List.of(historyReset(3), message(1, 1, "user", 3)),
            "history_reset only if"));
  }

  @ParameterizedTest
  @MethodSource("faults")
  void stream_withAFault_isRefused(Fault fault) {
    var client = new StrictClient("c", StrictClient.Memory.POSITION);
    var before = GOOD.subList(0, fault.at());
    play(client, before);
    assertThatThrownBy(
            () -> {
              fault.instead().forEach(event -> receive(client, event));
              GOOD.subList(fault.at() + 1, GOOD.size()).forEach(event -> receive(client, event));
            })
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining(fault.complaint());
  }

  @Test
  void stream_afterACut_goesOnFromThePart() {
    var client = new StrictClient("c", StrictClient.Memory.POSITION);
    play(client, GOOD.subList(0, 6));
    assertThat(client.connect(false).query()).isEqualTo("after_id=1&cursor=1.1.4");
    receive(client, queue(2));
    receive(client, status(2, "running", 1));
    receive(client, part(2, 1, 1, 5, 5));
    assertThat(client.last()).isEqualTo(5);
  }

  @Test
  void stream_thatResumesAnAttemptAfterItsRetry_isRefused() {
    var client = new StrictClient("c", StrictClient.Memory.POSITION);
    play(client, GOOD.subList(0, 5));
    receive(client, retryingStatus(3));
    receive(client, retry(3));
    var _ = client.connect(false);
    receive(client, queue(3));
    receive(client, status(3, "running", 1));
    assertThatThrownBy(() -> receive(client, part(3, 1, 1, 2, 2)))
        .hasMessageContaining("a void episode");
  }

  @Test
  void row_thatComesAgain_isAcceptedOnlyAfterACutInMidSync() {
    var client = new StrictClient("c", StrictClient.Memory.POSITION);
    play(client, GOOD.subList(0, 8));
    var _ = client.connect(false);
    var _ = client.connect(false); // The one before came to nothing.
    receive(client, message(2, 3, "assistant", 3));
    receive(client, queue(3));
    receive(client, status(3, "waiting", 3));
    var _ = client.connect(false);
    assertThatThrownBy(() -> receive(client, message(2, 3, "assistant", 3)))
        .hasMessageContaining("comes in order and is new");
  }

  @Test
  void forgetfulClient_keepsTheNewestEvents() {
    var client = new StrictClient("c", StrictClient.Memory.POSITION).forgetful(2);
    play(client, GOOD);
    assertThat(client.seen()).hasSize(2);
    assertThat(client.episodes()).hasSize(1);
    assertThat(client.history()).hasSize(2);
  }

  private static void play(StrictClient client, List<String> events) {
    var request = client.connect(false);
    assertThat(request.query()).isEmpty();
    events.forEach(event -> receive(client, event));
  }

  private static void receive(StrictClient client, String event) {
    client.receive(new StreamEvent(event, null));
  }

  private static String event(String type, long snapshot, String payload) {
    return "{\"type\":\"%s\",\"chat_id\":\"c\",\"snapshot_version\":%d,%s}"
        .formatted(type, snapshot, payload);
  }

  private static String message(long id, long revision, String role, long snapshot) {
    return event(
        "message",
        snapshot,
        "\"message\":{\"id\":%d,\"role\":\"%s\",\"revision\":%d,\"content\":[{\"type\":\"text\",\"text\":\"x\"}]}"
            .formatted(id, role, revision));
  }

  private static String queue(long snapshot) {
    return event("queue_update", snapshot, "\"queued_messages\":[]");
  }

  private static String status(long snapshot, String status, long history) {
    return status(
        snapshot, status, status.equals("running") ? ",\"phase\":\"generating\"" : "", history);
  }

  private static String retryingStatus(long snapshot) {
    return status(snapshot, "running", ",\"phase\":\"retrying\"", 1);
  }

  private static String status(long snapshot, String status, String phase, long history) {
    return event(
        "status",
        snapshot,
        "\"status\":{\"status\":\"%s\",\"history_version\":%d%s}"
            .formatted(status, history, phase));
  }

  private static String retry(long snapshot) {
    return event("retry", snapshot, "\"retry\":{\"attempt\":1}");
  }

  private static String reset(long snapshot, long history, long attempt) {
    return event("preview_reset", snapshot, numbers(history, attempt));
  }

  private static String historyReset(long snapshot) {
    return event("history_reset", snapshot, numbers(3, 0));
  }

  private static String part(long snapshot, long history, long attempt, long first, long last) {
    var from = first < last ? ",\"first_seq\":" + first : "";
    return event(
        "message_part",
        snapshot,
        "\"message_part\":{\"role\":\"assistant\",\"part\":{\"type\":\"text\",\"text\":\"x\"},%s%s,\"seq\":%d}"
            .formatted(numbers(history, attempt), from, last));
  }

  private static String numbers(long history, long attempt) {
    return "\"history_version\":%d,\"generation_attempt\":%d".formatted(history, attempt);
  }
}
