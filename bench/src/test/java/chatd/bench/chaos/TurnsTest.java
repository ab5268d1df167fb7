package chatd.bench.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import chatd.bench.chaos.Violation.Kind;
import chatd.bench.chaos.Words.Flaw;
import chatd.bench.user.ChatView;
import chatd.bench.user.ChatView.Message;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class TurnsTest {
  private final Chronicle chronicle = new Chronicle();

  @BeforeEach
  void plan() {
    chronicle.plan(1, new Chronicle.Planned("c1", 0, 2));
    chronicle.plan(2, new Chronicle.Planned("c1", 0, 2));
  }

  @Test
  void eachMessageAnsweredOnce_andEachCall_isFine() {
    var call = new Message(2, "assistant", "e1.1 e1.2 ", List.of("k"), Map.of());
    var result = new Message(3, "tool", "", List.of(), Map.of("k", "1"));
    assertThat(kinds(0, user(1), call, result, answer(4, "e2.1 e2.2 "))).isEmpty();
  }

  @Test
  void twoAnswersToOneMessage_areTold() {
    assertThat(kinds(0, user(1), answer(2, "e1.1 e1.2 "), answer(3, "e2.1 e2.2 ")))
        .containsExactly(Kind.RUN_TWICE);
  }

  @Test
  void anAnswerCutShort_isTold_unlessSomebodyStoppedIt() {
    assertThat(kinds(0, user(1), answer(2, "e1.1 "))).containsExactly(Kind.LOST);
    assertThat(kinds(1, user(1), answer(2, "e1.1 "))).isEmpty();
  }

  @Test
  void aMessageThatNobodyAnswered_isTold_unlessSomebodyStoppedIt() {
    assertThat(kinds(0, user(1))).containsExactly(Kind.LOST);
    assertThat(kinds(1, user(1))).isEmpty();
  }

  @Test
  void aCallWithoutResult_isTold() {
    var call = new Message(2, "assistant", "e1.1 e1.2 ", List.of("k"), Map.of());
    assertThat(kinds(0, user(1), call)).containsExactly(Kind.UNANSWERED_CALL);
  }

  private List<Kind> kinds(int stops, Message... messages) {
    var view = new ChatView(List.of(messages), List.of());
    return Turns.flaws(view, chronicle, stops, false).stream().map(Flaw::kind).toList();
  }

  private static Message user(long id) {
    return new Message(id, "user", "[c1-1] say: please", List.of(), Map.of());
  }

  private static Message answer(long id, String text) {
    return new Message(id, "assistant", text, List.of(), Map.of());
  }
}
