package chatd.server.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import tools.jackson.core.JacksonException;

class JsonTest {

  @Test
  void raw_anyValue_isCompactAndKeepsEveryDigit() {
    assertThat(raw(" { \"a\" : [ 1.10 , 1e400, -0.0, 12345678901234567890123 ] }\n"))
        .isEqualTo("{\"a\":[1.10,1e400,-0.0,12345678901234567890123]}");
  }

  @Test
  void raw_textOfAnyKind_survivesEscaped() {
    assertThat(raw("\"\\u0000 \\ud800 \u00e9 \ud83d\ude00\""))
        .isEqualTo("\"\\u0000 \\uD800 \\u00E9 \\uD83D\\uDE00\"");
    assertThat(Json.raw("\"\ud800\"").text()).isEqualTo("\"\\uD800\"");
  }

  @Test
  void raw_notExactlyOneValue_isRefused() {
    for (var text : new String[] {"", "{", "1 2", "[1,]", "nul", "\"\u0001\""}) {
      assertThatThrownBy(() -> raw(text)).isInstanceOf(JacksonException.class);
    }
  }

  @Test
  void raw_nesting_isAllowedTo500() {
    assertThat(raw("[".repeat(500) + "]".repeat(500))).hasSize(1000);
    assertThatThrownBy(() -> raw("[".repeat(501) + "]".repeat(501)))
        .isInstanceOf(JacksonException.class);
  }

  private static String raw(String text) {
    return Json.raw(text.getBytes(StandardCharsets.UTF_8)).text();
  }
}
