package chatd.core.turn;

import static org.assertj.core.api.Assertions.assertThat;

import chatd.core.message.ContentPart;
import chatd.core.message.Message;
import chatd.core.message.MessageBody;
import chatd.core.message.Role;
import java.time.Instant;
import java.util.List;
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
