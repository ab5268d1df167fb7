package chatd.server.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OpenAiEndpointTest {

  @ParameterizedTest
  @CsvSource({
    "https://host/v1, https://host/v1/chat/completions",
    "https://host/v1//, https://host/v1/chat/completions",
    "https://host, https://host/chat/completions",
    "http://[::1]:8080/a%20b/v1, http://[::1]:8080/a%20b/v1/chat/completions",
    "https://host/v1?api-version=a%2Fb, https://host/v1/chat/completions?api-version=a%2Fb",
    "https://host/v1/#top, https://host/v1/chat/completions",
  })
  void completions_standBehindThePath_andBeforeTheQuery(URI baseUrl, URI completions) {
    assertThat(new OpenAiEndpoint(baseUrl, null).completions()).isEqualTo(completions);
  }
}
