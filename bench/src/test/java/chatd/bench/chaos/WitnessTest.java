package chatd.bench.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import chatd.bench.chaos.Violation.Kind;
import chatd.bench.chaos.World.Figures;
import chatd.strict.StreamEvent;
import chatd.strict.StrictClient.Memory;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

/// One recording of a viewer, in which everything is as it should be, and the same with one thing
/// wrong: each is found, and called what it is.
class WitnessTest {
  private static final JsonMapper JSON = JsonMapper.builder().build();

  private static final List<String> GOOD =
      List.of(
          row(1, 1, "user", "[c1-1] say: please", 1),
          queue(1),
          status(1, "running", 1),
          reset(1, 1, 1),
          part(1, 1, 1, 1, 1, "re:c1-1:e1.1 "),
          part(1, 1, 1, 2, 3, "e1.2 e1.3 "),
          part(1, 1, 1, 4, 4, "e1.4 "),
          row(2, 2, "assistant", "re:c1-1:e1.1 e1.2 e1.3 e1.4 ", 2),
          status(2, "waiting", 2),
          reset(2, 2, 0));

  private static final int SECOND_FRAME = 5;
  private static final int THIRD_FRAME = 6;
  private static final int ANSWER = 7;

  private final Violations violations = new Violations();
  private final Chronicle chronicle = new Chronicle();
  private final Takeovers takeovers = new Takeovers(() -> 0);
  private final Figures figures = new Figures();
  private final Story story = chronicle.begin("c1");

  @BeforeEach
  void plan() {
    chronicle.plan(1, new Chronicle.Planned("c1", 0, 4));
    chronicle.plan(2, new Chronicle.Planned("c1", 0, 4));
    chronicle.plan(3, new Chronicle.Planned("c2", 0, 4));
  }

  @Test
  void everythingAsItShouldBe_isFine_alsoForASecondViewer() {
    play(GOOD);
    play(GOOD);
    var last = JSON.readTree(GOOD.get(ANSWER)).path("message");
    assertThat(story.row(last)).isEmpty();
    assertThat(violations.kept()).isEmpty();
    assertThat(figures.parts().sum()).isEqualTo(8);
  }

  @Test
  void aFrameThatIsLost_isTold() {
    play(without(GOOD, SECOND_FRAME));
    assertOnly(Kind.FORBIDDEN);
  }

  @Test
  void aFrameThatIsLost_underGoodNumbers_isTold() {
    var numbered = part(1, 1, 1, 2, 2, "e1.4 ");
    play(with(without(GOOD, THIRD_FRAME), SECOND_FRAME, numbered));
    assertOnly(Kind.LOST);
  }

  @Test
  void aFrameThatComesTwice_isTold() {
    play(inserted(GOOD, THIRD_FRAME, GOOD.get(SECOND_FRAME)));
    assertOnly(Kind.FORBIDDEN);
  }

  @Test
  void aWordThatComesTwice_underGoodNumbers_isTold() {
    play(with(GOOD, THIRD_FRAME, part(1, 1, 1, 4, 4, "e1.3 ")));
    assertOnly(Kind.REPEATED);
  }

  @Test
  void framesInAnotherOrder_areTold() {
    var other = new ArrayList<>(GOOD);
    Collections.swap(other, SECOND_FRAME, THIRD_FRAME);
    play(other);
    assertOnly(Kind.FORBIDDEN);
  }

  @Test
  void wordsInAnotherOrder_underGoodNumbers_areTold() {
    play(with(GOOD, SECOND_FRAME, part(1, 1, 1, 2, 3, "e1.3 e1.2 ")));
    assertOnly(Kind.REORDERED);
  }

  @Test
  void partsOfTwoAttempts_inOneEpisode_areTold() {
    play(with(GOOD, THIRD_FRAME, part(1, 1, 1, 4, 4, "e2.4 ")));
    assertThat(kinds()).contains(Kind.MIXED);
  }

  @Test
  void partsOfAnEarlierAttempt_underTheNumbersOfTheNext_areTold() {
    var again = new ArrayList<>(GOOD.subList(0, ANSWER));
    again.add(reset(2, 1, 2));
    again.add(part(2, 1, 2, 1, 1, "re:c1-1:e1.1 "));
    play(again);
    assertOnly(Kind.REPEATED);
  }

  @Test
  void partsOfAnotherChat_areTold() {
    play(with(GOOD, SECOND_FRAME, part(1, 1, 1, 2, 3, "e3.2 e3.3 ")));
    assertThat(kinds()).contains(Kind.MIXED);
  }

  @Test
  void anEpisode_thatIsNotTheSameForTwoViewers_isTold() {
    play(GOOD.subList(0, THIRD_FRAME));
    var other = new ArrayList<>(GOOD.subList(0, 4));
    other.add(part(1, 1, 1, 1, 1, "re:c1-1:e2.1 "));
    play(other);
    assertOnly(Kind.MIXED);
  }

  @Test
  void anAnswerThatLacksWhatWasShown_isTold() {
    play(with(GOOD, ANSWER, row(2, 2, "assistant", "re:c1-1:e1.1 e1.2 e1.3 ", 2)));
    assertOnly(Kind.LOST);
  }

  @Test
  void anAnswerMadeOfTwoAttempts_isTold() {
    play(with(GOOD, ANSWER, row(2, 2, "assistant", "re:c1-1:e1.1 e1.2 e2.3 e2.4 ", 2)));
    assertThat(kinds()).contains(Kind.MIXED);
  }

  @Test
  void aRowThatIsAnotherForSomebodyElse_isTold() {
    play(GOOD);
    play(with(GOOD, 0, row(1, 1, "user", "[c1-1] say: other", 1)));
    assertOnly(Kind.MIXED);
  }

  @Test
  void anAnswerThatIsCommittedTwice_isTold() {
    var twice = new ArrayList<>(GOOD);
    twice.add(row(3, 3, "assistant", "re:c1-1:e1.1 e1.2 e1.3 e1.4 ", 3));
    twice.add(status(3, "waiting", 3));
    play(twice);
    assertOnly(Kind.RUN_TWICE);
  }

  @Test
  void anAttemptThatAnotherOneHasFollowed_mustNotBeCommitted() {
    var superseded = new ArrayList<>(GOOD.subList(0, ANSWER));
    superseded.add(reset(2, 1, 2));
    superseded.add(part(2, 1, 2, 1, 1, "re:c1-1:e2.1 "));
    superseded.add(row(2, 3, "assistant", "re:c1-1:e1.1 e1.2 e1.3 e1.4 ", 3));
    superseded.add(status(3, "waiting", 3));
    play(superseded);
    assertOnly(Kind.MIXED);
  }

  @Test
  void aRowThatNeverCame_isMissedInTheEnd() {
    var witness = play(GOOD.subList(0, ANSWER));
    var answer = JSON.readTree(GOOD.get(ANSWER)).path("message");
    var user = JSON.readTree(GOOD.getFirst()).path("message");
    assertThat(witness.shows(Map.of(1L, user, 2L, answer), "waiting", 2)).isFalse();
    assertThat(play(GOOD).shows(Map.of(1L, user, 2L, answer), "waiting", 2)).isTrue();
  }

  @Test
  void aPromptWithLessThanWasCommitted_isTold() {
    play(GOOD);
    assertThat(story.prompted("re:c1-1:e1.1 e1.2 e1.3 e1.4 ")).isEmpty();
    assertThat(story.prompted("re:c1-1:e1.1 e1.2 "))
        .extracting(Words.Flaw::kind)
        .contains(Kind.MIXED);
  }

  private Witness play(List<String> events) {
    var who = new Witness.Who(story, "c", violations, takeovers, figures);
    var witness = new Witness(who, Memory.POSITION, "recorded");
    var _ = witness.connect(false);
    var _ = witness.take(events.stream().map(json -> new StreamEvent(json, null)).toList());
    return witness;
  }

  private void assertOnly(Kind kind) {
    assertThat(kinds()).isNotEmpty().containsOnly(kind);
  }

  private List<Kind> kinds() {
    return violations.kept().stream().map(Violation::kind).toList();
  }

  private static List<String> without(List<String> events, int at) {
    var fewer = new ArrayList<>(events);
    fewer.remove(at);
    return fewer;
  }

  private static List<String> with(List<String> events, int at, String instead) {
    var other = new ArrayList<>(events);
    other.set(at, instead);
    return other;
  }

  private static List<String> inserted(List<String> events, int at, String more) {
    var longer = new ArrayList<>(events);
    longer.add(at, more);
    return longer;
  }

  private static String event(String type, long snapshot, String payload) {
    return "{\"type\":\"%s\",\"chat_id\":\"c\",\"snapshot_version\":%d,%s}"
        .formatted(type, snapshot, payload);
  }

  private static String row(long id, long revision, String role, String text, long snapshot) {
    return event(
        "message",
        snapshot,
        "\"message\":{\"id\":%d,\"role\":\"%s\",\"revision\":%d,\"content\":[{\"type\":\"text\",\"text\":\"%s\"}]}"
            .formatted(id, role, revision, text));
  }

  private static String queue(long snapshot) {
    return event("queue_update", snapshot, "\"queued_messages\":[]");
  }

  private static String status(long snapshot, String status, long history) {
    var phase = status.equals("running") ? ",\"phase\":\"generating\",\"worker_id\":\"w\"" : "";
    return event(
        "status",
        snapshot,
        "\"status\":{\"status\":\"%s\",\"history_version\":%d%s}"
            .formatted(status, history, phase));
  }

  private static String reset(long snapshot, long history, long attempt) {
    return event("preview_reset", snapshot, numbers(history, attempt));
  }

  private static String part(
      long snapshot, long history, long attempt, long first, long last, String text) {
    var from = first < last ? ",\"first_seq\":" + first : "";
    return event(
        "message_part",
        snapshot,
        "\"message_part\":{\"role\":\"assistant\",\"part\":{\"type\":\"text\",\"text\":\"%s\"},%s%s,\"seq\":%d}"
            .formatted(text, numbers(history, attempt), from, last));
  }

  private static String numbers(long history, long attempt) {
    return "\"history_version\":%d,\"generation_attempt\":%d".formatted(history, attempt);
  }
}
