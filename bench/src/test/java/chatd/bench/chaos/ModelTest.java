package chatd.bench.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import chatd.bench.chaos.Violation.Kind;
import chatd.server.model.FakeProvider;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// The provider of the chaos run, asked as chatd asks it.
class ModelTest {
  private static final Pattern WORD = Pattern.compile("\"content\":\"([^\"]*)\"");
  private static final String ASKED = user("[c1-1] say: please");

  private final Violations violations = new Violations();
  private final Chronicle chronicle = new Chronicle();
  private final Model model = new Model(chronicle, violations, 1);
  private final FakeProvider provider = FakeProvider.start().otherwise(model::answer);
  private final HttpClient http = HttpClient.newHttpClient();

  @BeforeEach
  void begin() {
    model.calm();
    var _ = chronicle.begin("c1");
  }

  @AfterEach
  void close() {
    http.close();
    provider.close();
  }

  @Test
  void anAnswer_isWhatWasPlanned_andNamesWhatItAnswers() throws Exception {
    var text = WORD.matcher(ask(ASKED)).replaceAll("$1");
    var planned = chronicle.answer(1).orElseThrow();
    assertThat(planned.story()).isEqualTo("c1");
    assertThat(text).contains("re:c1-1:e1." + (planned.reasoning() + 1));
    assertThat(kinds()).isEmpty();
  }

  @Test
  void aCallWithoutResult_isTold() throws Exception {
    var call =
        "{\"role\":\"assistant\",\"tool_calls\":[{\"id\":\"k\",\"type\":\"function\",\"function\":{\"name\":\"pick\",\"arguments\":\"{}\"}}]}";
    var result = "{\"role\":\"tool\",\"tool_call_id\":\"k\",\"content\":\"1\"}";
    var _ = ask(ASKED, call, result, user("[c1-2] say: please"));
    assertThat(kinds()).isEmpty();
    var _ = ask(ASKED, call, user("[c1-2] say: please"));
    var _ = ask(ASKED, call, result, result, user("[c1-2] say: please"));
    assertThat(kinds()).containsExactly(Kind.UNANSWERED_CALL, Kind.UNANSWERED_CALL);
  }

  @Test
  void aMessageTwice_orOfAnotherChat_isTold() throws Exception {
    var _ = ask(ASKED, ASKED);
    var _ = ask(user("[c2-7] say: please"), ASKED);
    assertThat(kinds()).containsExactly(Kind.REPEATED, Kind.MIXED);
  }

  @Test
  void anAnswerThatWasNeverGiven_isTold() throws Exception {
    var _ = ask(ASKED, "{\"role\":\"assistant\",\"content\":\"e9.1 \"}", user("[c1-2] say: hi"));
    assertThat(kinds()).containsExactly(Kind.MIXED);
  }

  private String ask(String... messages) throws IOException, InterruptedException {
    var body = "{\"stream\":true,\"messages\":[" + String.join(",", messages) + "]}";
    var request =
        HttpRequest.newBuilder(URI.create(provider.baseUrl() + "/chat/completions"))
            .POST(BodyPublishers.ofString(body))
            .build();
    return http.send(request, BodyHandlers.ofString()).body();
  }

  private static String user(String text) {
    return "{\"role\":\"user\",\"content\":\"" + text + "\"}";
  }

  private List<Kind> kinds() {
    return violations.kept().stream().map(Violation::kind).toList();
  }
}
