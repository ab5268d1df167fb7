package chatd.bench.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import chatd.bench.user.Tally;
import chatd.bench.user.User;
import chatd.contract.Document;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// What is wrong about a server is noticed, and told with what repeats it.
@Timeout(60)
class AttackTest {
  private static final String HEAD =
      """
      X-Chat-Replica-Id: 55555555-5555-4555-8555-555555555555
      X-Request-Id: r
      Content-Type: application/json; charset=utf-8
      Connection: close
      """;

  private static final String FAILED =
      "HTTP/1.1 500 Server Error\n"
          + HEAD
          + "\n{\"message\":\"An internal server error occurred.\"}";

  private final Faults faults = new Faults(42);

  @Test
  void status500_isAFault_withSeedStepAndRequest() throws IOException {
    mutate(FAILED);

    var fault = faults.kept().getFirst();
    assertThat(fault.what()).startsWith("status 500");
    assertThat(fault.sent()).contains(" HTTP/1.1\\r\\nHost: localhost\\r\\n");
    assertThat(faults.text()).contains("--seed 42, thread 1, step 5");
  }

  @Test
  void status500ToWhatIsNoRequest_isAFault() throws IOException {
    try (var server = new WrongServer(FAILED);
        var attack = new MalformedHttp(server.deployment(), "token")) {
      attack.carryOut(step(attack.name(), 0));
    }
    assertThat(faults.count()).isPositive();
  }

  @Test
  void anAnswerThatIsNoHttp_isAFault() throws IOException {
    mutate("HTTP/1.1 200 OK\n" + HEAD.replace("Connection: close\n", "") + "\n{}");

    assertThat(faults.text()).contains("an answer of no length");
  }

  @Test
  void anErrorThatTellsTooMuch_isAFault() throws IOException {
    mutate(
        "HTTP/1.1 404 Not Found\n" + HEAD + "\n{\"message\":\"java.lang.NullPointerException\"}");

    assertThat(faults.text()).contains("an error that tells too much");
  }

  @Test
  void anAnswerThatTheDocumentDoesNotHave_isAFault() throws IOException {
    mutate("HTTP/1.1 418 Teapot\n" + HEAD + "\n{\"message\":\"I am one.\"}");

    assertThat(faults.text()).contains("The document has no such answer");
  }

  private void mutate(String answer) throws IOException {
    try (var server = new WrongServer(answer);
        var attack =
            new MutatedRequests(server.deployment(), new User("x", "token"), Document.SERVED)) {
      attack.carryOut(step(attack.name(), 5));
    }
  }

  private Step step(String attack, long number) {
    return Step.of(new Step.Origin(42, attack, 1), number, faults, new Tally());
  }
}
