package chatd.bench.user;

import static org.assertj.core.api.Assertions.assertThat;

import chatd.bench.user.ChatView.Message;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ChatCheckTest {
  private static final Said ONE = new Said("1", "[1] say: one", true);
  private static final Said TWO = new Said("2", "[2] say: two", true);

  private final ChatLedger ledger = new ChatLedger("chat");

  @Test
  void whatWasAccepted_inHistoryOrQueue_isFine() {
    ledger.accept(ONE);
    ledger.accept(TWO);

    assertThat(check(List.of(user(1, ONE), answer(2, "re:1: yes")), List.of(user(1, TWO))))
        .isEmpty();
  }

  @Test
  void aLostMessage_isTold() {
    ledger.accept(ONE);
    ledger.accept(TWO);

    assertThat(check(List.of(user(1, ONE)), List.of()))
        .containsExactly("lost: message 2 was accepted and is not there");
  }

  @Test
  void aMessageThatIsThereTwice_isTold() {
    ledger.accept(ONE);

    assertThat(check(List.of(user(1, ONE)), List.of(user(1, ONE))))
        .containsExactly("there is a message that must not be: [1] say: one");
  }

  @Test
  void anotherOrder_isTold_unlessOneHasOvertaken() {
    ledger.accept(new Said("1", ONE.text(), true));
    ledger.accept(new Said("2", TWO.text(), true));
    var view = List.of(user(1, TWO), user(2, ONE));

    assertThat(check(view, List.of())).containsExactly("out of order: message 2");
    ledger.promote(TWO.text());
    assertThat(check(view, List.of())).isEmpty();
  }

  @Test
  void whatAnEditTook_mustNotBeThere() {
    var first = new Said("1", ONE.text(), true);
    first.isRow(1);
    ledger.accept(first);
    ledger.accept(new Said("2", TWO.text(), true));
    var other = new Said("3", "[3] say: three", true);
    ledger.edit(1, other);

    assertThat(check(List.of(user(3, other)), List.of())).isEmpty();
    assertThat(check(List.of(user(1, ONE), user(3, other)), List.of())).hasSize(1);
  }

  @Test
  void whatNobodyKnows_mayBeThereOnce_orNot() {
    ledger.accept(ONE);
    ledger.doubt(TWO);

    assertThat(check(List.of(user(1, ONE)), List.of())).isEmpty();
    assertThat(check(List.of(user(1, ONE), user(2, TWO)), List.of())).isEmpty();
    assertThat(check(List.of(user(1, ONE), user(2, TWO)), List.of(user(3, TWO)))).hasSize(1);
  }

  @Test
  void whatAnUnknownEditMayHaveTaken_mayBeGone_alsoLater() {
    ledger.accept(ONE);
    ledger.loosen();
    ledger.accept(TWO);

    assertThat(check(List.of(user(2, TWO)), List.of())).isEmpty();
    assertThat(check(List.of(), List.of())).isEmpty();
    assertThat(check(List.of(user(1, ONE), user(2, ONE)), List.of())).hasSize(1);
  }

  @Test
  void anAnswerToAnotherMessage_isTold() {
    ledger.accept(ONE);

    assertThat(check(List.of(user(1, ONE), answer(2, "re:2: no")), List.of()))
        .containsExactly("an answer stands behind another message: re:2: no");
    assertThat(check(List.of(user(1, ONE), answer(2, "re")), List.of())).isEmpty();
  }

  @Test
  void anotherOutputThanTheAccepted_orASecondOne_isTold() {
    ledger.accept(ONE);
    ledger.answerCalls(Map.of("c", "\"mine\""));
    var call = new Message(2, "assistant", "", List.of("c"), Map.of());
    var mine = new Message(3, "tool", "", List.of(), Map.of("c", "\"mine\""));
    var other = new Message(4, "tool", "", List.of(), Map.of("c", "\"other\""));

    assertThat(check(List.of(user(1, ONE), call, mine), List.of())).isEmpty();
    assertThat(check(List.of(user(1, ONE), call, other), List.of()))
        .containsExactly("call c came to \"other\" and not to the accepted \"mine\"");
    assertThat(check(List.of(user(1, ONE), call, mine, other), List.of()))
        .contains("a result too many for call c");
  }

  private List<String> check(List<Message> messages, List<Message> queue) {
    return ChatCheck.complaints(ledger, new ChatView(messages, queue));
  }

  private static Message user(long id, Said said) {
    return new Message(id, "user", said.text(), List.of(), Map.of());
  }

  private static Message answer(long id, String text) {
    return new Message(id, "assistant", text, List.of(), Map.of());
  }
}
