package chatd.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import chatd.core.chat.ChatError;
import chatd.core.chat.Phase;
import chatd.core.feed.CloseReason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// `docs/api.md` names what clients may meet, by the exact words.
class ApiPageTest {
  private static final Path PAGE = Path.of("..", "docs", "api.md");

  private final String page;

  ApiPageTest() throws IOException {
    page = Files.readString(PAGE);
  }

  @Test
  void page_hasEveryErrorText() {
    assertThat(page)
        .contains(
            Arrays.stream(ApiError.values())
                .map(error -> code(error.message().replace("%s", "x")))
                .toList());
  }

  @Test
  void page_hasEveryReasonForClosing() {
    assertThat(Arrays.stream(CloseReason.values()).filter(reason -> !reason.text().isEmpty()))
        .allSatisfy(reason -> assertThat(page).contains(code(reason.text())));
  }

  @Test
  void page_hasEveryKindOfErrorAndEveryPhase() {
    var names =
        Stream.concat(Arrays.stream(ChatError.Kind.values()), Arrays.stream(Phase.values()));

    assertThat(names.map(Enum::name))
        .allSatisfy(name -> assertThat(page).contains(code(name.toLowerCase(Locale.ROOT))));
  }

  @Test
  void page_hasEveryRouteThatIsNotServed() {
    var list = page.substring(page.indexOf("## What answers 501"));

    assertThat(NotServedYet.CHAT_ROUTES)
        .allSatisfy(route -> assertThat(list).contains(family(route.path())));
  }

  /// The path without the id of a chat.
  private static String family(String path) {
    return path.replace("/{chat}", "");
  }

  private static String code(String text) {
    return "`" + text + "`";
  }
}
