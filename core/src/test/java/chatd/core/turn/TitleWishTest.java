package chatd.core.turn;

import static org.assertj.core.api.Assertions.assertThat;

import chatd.core.message.ContentPart;
import chatd.core.message.Message;
import chatd.core.message.MessageBody;
import chatd.core.message.Role;
import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class TitleWishTest {

  @Test
  void provisional_isTheFirstSixWords() {
    assertThat(provisional("Say hello")).isEqualTo("Say hello");
    assertThat(provisional("one two  three\nfour five six"))
        .isEqualTo("one two three four five six");
    assertThat(provisional("one two three four five six seven"))
        .isEqualTo("one two three four five six…");
    assertThat(TitleWish.provisional(List.of())).isEqualTo("New Chat");
  }

  @Test
  void provisional_longWords_areCutAt80Characters() {
    var title = provisional("\ud83d\ude00".repeat(100));

    assertThat(title.codePointCount(0, title.length())).isEqualTo(80);
    assertThat(title).endsWith("…");
    var many = provisional("x".repeat(79) + " b c d e f g");
    assertThat(many).hasSize(80).endsWith("…");
  }

  @Test
  void of_onlyTheFirstTurn_wantsATitle() {
    var user = message(1, Role.USER, "How do tides work?");
    var system = message(0, Role.SYSTEM, "Be kind.");

    assertThat(TitleWish.of(List.of(system, user))).isPresent();
    assertThat(TitleWish.of(List.of(user, message(2, Role.ASSISTANT, "Well")))).isEmpty();
    assertThat(TitleWish.of(List.of())).isEmpty();
    assertThat(TitleWish.of(List.of(message(1, Role.USER, " ")))).isEmpty();
  }

  @Test
  void again_quotesTheBeginningAndTheEnd() {
    var said =
        IntStream.rangeClosed(1, 10)
            .mapToObj(i -> message(i, i % 2 == 1 ? Role.USER : Role.ASSISTANT, "text " + i))
            .toList();

    assertThat(quoted(said))
        .isEqualTo(
            "text 1\n\ntext 5\n\nAnswer: text 6\n\ntext 7\n\nAnswer: text 8\n\ntext 9"
                + "\n\nAnswer: text 10");
    assertThat(quoted(said.subList(0, 2))).isEqualTo("text 1\n\nAnswer: text 2");
    assertThat(quoted(List.of(message(1, Role.USER, "x".repeat(3_000))))).hasSize(2_000);
  }

  @Test
  void again_whereNobodySaidAWord_wantsNothing() {
    var toolResult = message(3, Role.TOOL, "42");
    assertThat(TitleWish.again(List.of())).isEmpty();
    assertThat(TitleWish.again(List.of(message(1, Role.USER, " "), toolResult))).isEmpty();
  }

  private static String quoted(List<Message> messages) {
    var entries = TitleWish.again(messages).orElseThrow().entries();
    assertThat(entries).extracting(Prompt.Entry::role).containsExactly(Role.SYSTEM, Role.USER);
    return ((ContentPart.Text) entries.getLast().content().getFirst()).text();
  }

  @Test
  void clean_takesTheTitleOutOfItsDress() {
    assertThat(TitleWish.clean("\"How Tides Work.\"\nbecause")).contains("How Tides Work");
    assertThat(TitleWish.clean("# **Tides**")).contains("Tides");
    assertThat(TitleWish.clean(" \n ")).isEmpty();
    assertThat(TitleWish.clean("x".repeat(200)).orElseThrow()).hasSize(80);
  }

  private static String provisional(String text) {
    return TitleWish.provisional(List.of(new ContentPart.Text(text)));
  }

  private static Message message(long id, Role role, String text) {
    return new Message(
        id,
        1,
        Instant.EPOCH,
        new MessageBody(role, List.of(new ContentPart.Text(text)), null, null, null));
  }
}
