package chatd.server.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ValuesTest {

  @ParameterizedTest
  @CsvSource({"500ms, PT0.5S", "10s, PT10S", "5m, PT5M", "1h, PT1H", "999999999h, PT999999999H"})
  void time_isAnAmountAndAUnit(String text, Duration duration) {
    assertThat(new Values.Time().convert(text)).isEqualTo(duration);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "10", "s", "0s", "-1s", "1.5s", "10 s", "10S", "1d", "1234567890s"})
  void time_otherwise_isRefused(String text) {
    assertThatThrownBy(() -> new Values.Time().convert(text))
        .hasMessage("must be a duration such as 500ms, 10s, 5m or 1h");
  }

  @ParameterizedTest
  @ValueSource(strings = {"http://h", "https://h:8443", "http://[::1]:80"})
  void origin_isSchemeHostAndPort(String text) {
    assertThat(new Values.Origin().convert(text)).isEqualTo(text);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "*",
        "h",
        "http://",
        "http://h/",
        "ftp://h",
        "http://h?x",
        "http://u@h",
        "HTTP://h"
      })
  void origin_otherwise_isRefused(String text) {
    assertThatThrownBy(() -> new Values.Origin().convert(text))
        .hasMessageStartingWith("must hold origins");
  }

  @ParameterizedTest
  @ValueSource(strings = {"h", "file:/x", "http://", "http://h?x=1", "http://h#x", "http://a b"})
  void url_withoutSchemeOrHost_isRefused(String text) {
    assertThatThrownBy(() -> new Values.HttpUrl().convert(text))
        .hasMessageStartingWith("must be an address");
  }

  @Test
  void names_areReadInAnyCase() {
    assertThat(new Values.Format().convert("JSON")).isEqualTo(LogFormat.JSON);
    assertThat(new Values.Level().convert("Debug")).isEqualTo(LogLevel.DEBUG);
  }
}
