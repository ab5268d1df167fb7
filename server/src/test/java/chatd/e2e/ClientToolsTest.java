package chatd.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import chatd.e2e.StreamSocket.Kind;
import chatd.server.model.Script;
import chatd.server.postgres.embedded.TestPostgres;
import chatd.strict.StrictClient;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.JsonNode;

/// Tools that the client runs, over two replicas: what viewers are told, what the provider is
/// shown, and everything that can end the waiting. (The stage checks every prompt.)
class ClientToolsTest {
  @RegisterExtension static final TestPostgres POSTGRES = new TestPostgres();

  private static Stage stage;
  private static Replica first;
  private static Replica second;
  private static ApiClient user;

  @BeforeAll
  static void start() {
    stage = Stage.with(POSTGRES);
    first = stage.setup().startInside();
    second = stage.setup().startInside();
    user = first.client();
  }

  @AfterAll
  static void stop() {
    second.close();
    first.close();
    stage.close();
  }

  /// A text, and calls of the client's tool and of one that nobody has.
  private static Script calls() {
    return Script.begin()
        .text("Let me see.")
        .call(0, "c1", "pick", "{\"n\":")
        .arguments(0, "1", "}")
        .call(1, "c2", "nobody", "{}")
        .call(2, "c3", "pick", "{\"n\":2}")
        .finish("tool_calls")
        .done();
  }

  /// A chat that waits for its client.
  private static String waiting(String question, Script... afterwards) {
    stage.answer(question, calls()).answer(question, afterwards);
    var chat = user.createWithTools(question, "pick");
    try (var viewer = StreamViewer.open(user, chat, Kind.WEB_SOCKET)) {
      viewer.await("calls to run", c -> !c.calls().isEmpty());
    }
    stage.request(question);
    return chat;
  }

  private static List<String> rows(String chat) {
    var rows = new ArrayList<String>();
    user.messages(chat).path("messages").forEach(row -> rows.addFirst(row(row)));
    return rows;
  }

  private static String row(JsonNode message) {
    var line = new StringBuilder(message.path("role").asString()).append(':');
    for (var part : message.path("content")) {
      line.append(' ')
          .append(part.path("text").asString(part.path("tool_call_id").asString("")))
          .append(part.path("is_error").asBoolean(false) ? " failed" : "");
    }
    return line.toString();
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void calls_areShownAsTheyCome_andTheirResultsGoToTheModel(Kind kind) {
    var question = "pick over " + kind;
    stage.answer(question, calls(), Script.answer("It is green."));
    var chat = user.createWithTools(question, "pick");
    try (var viewer = StreamViewer.open(user, chat, kind);
        var other = StreamViewer.open(second.client(), chat, kind)) {
      for (var each : List.of(viewer, other)) {
        each.await("calls to run", c -> c.calls().size() == 2);
        assertThat(each.<List<String>>get(StrictClient::calls))
            .containsExactly("c1 pick {\"n\":1}", "c3 pick {\"n\":2}");
        assertThat(each.<Boolean>get(c -> c.is("requires_action"))).isTrue();
      }
      // Who comes now is told, too.
      try (var late = StreamViewer.open(second.client(), chat, kind)) {
        late.await("calls to run", c -> c.calls().size() == 2);
      }
      assertThat(stage.request(question).body())
          .contains("\"name\":\"pick\",\"description\":\"Does pick.\"");

      assertThat(second.client().giveResults(chat, "c3", "c1").status()).isEqualTo(204);
      for (var each : List.of(viewer, other)) {
        each.awaitStatus("waiting");
        assertThat(each.<List<String>>get(StrictClient::calls)).isEmpty();
        each.mustShowWhatIsStored();
      }
      viewer.mustAgreeWith(other);
      assertThat(rows(chat))
          .containsExactly(
              "user: " + question,
              "assistant: Let me see. c1 c2 c3",
              "tool: c2 failed",
              "tool: c1",
              "tool: c3",
              "assistant: It is green.");
      assertThat(stage.request(question).body())
          .contains("\"tool_call_id\":\"c1\",\"content\":\"result of c1\"")
          .contains("\"tool_call_id\":\"c3\",\"content\":\"result of c3\"");
    }
  }

  @Test
  void arguments_areStreamedInPieces_andThenWhole_andTheServersResultsAreParts() {
    var gate = new CountDownLatch(1);
    stage.answer(
        "pick slowly",
        Script.begin()
            .call(0, "c1", "pick", "{\"n\":")
            .arguments(0, "1}")
            .call(1, "c2", "nobody", "{}")
            .pause(gate)
            .finish("tool_calls")
            .done());
    var chat = user.createWithTools("pick slowly", "pick");
    try (var viewer = StreamViewer.open(user, chat, Kind.WEB_SOCKET)) {
      viewer.await("the arguments", c -> c.last() == 3);
      gate.countDown();
      viewer.await("calls to run", c -> c.calls().size() == 1);
      var parts = new ArrayList<String>();
      viewer
          .<List<StrictClient.Seen>>get(StrictClient::seen)
          .forEach(event -> {
            var sent = ApiClient.MAPPER.readTree(event.raw()).path("message_part");
            var part = sent.path("part");
            if (part.has("args")) {
              parts.add("args " + part.path("tool_call_id").asString() + " " + part.path("args"));
            } else if (part.has("result")) {
              parts.add(sent.path("role").asString() + " " + part.path("tool_call_id").asString());
            }
          });
      assertThat(parts).startsWith("args c1 {\"n\":1}", "args c2 {}");
      // A result whose step is committed by now may come with its message only.
      assertThat(parts.subList(2, parts.size())).isSubsetOf("tool c2");
      assertThat(viewer.<List<String>>get(StrictClient::history).getLast()).startsWith("tool");
      user.interrupt(chat).expect(200);
      viewer.awaitStatus("waiting");
    }
  }

  @Test
  void results_givenTenTimesAtOnceToTwoReplicas_countOnce() throws Exception {
    var chat = waiting("pick ten times", Script.answer("It is green."));
    var start = new CountDownLatch(1);
    List<Future<Integer>> answers = new ArrayList<>();
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (var i = 0; i < 10; i++) {
        var client = (i % 2 == 0 ? first : second).client();
        answers.add(
            threads.submit(() -> {
              start.await();
              return client.giveResults(chat, "c1", "c3").status();
            }));
      }
      start.countDown();
    }
    assertThat(answers)
        .extracting(ClientToolsTest::status)
        .containsOnly(204, 409)
        .containsOnlyOnce(204);
    try (var viewer = StreamViewer.open(user, chat, Kind.SSE)) {
      viewer.awaitStatus("waiting");
      assertThat(viewer.history()).hasSize(6);
      viewer.mustShowWhatIsStored();
    }
  }

  private static int status(Future<Integer> answer) {
    try {
      return answer.get();
    } catch (ExecutionException | InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void stop_cancelsTheCalls_andTheTurnGoesOn() {
    var chat = waiting("pick and stop", Script.answer("Without a colour."));
    var stopped = second.client().interrupt(chat).expect(200);
    assertThat(stopped.path("status").asString()).isEqualTo("running");
    awaitWaiting(chat);
    assertThat(user.giveResults(chat, "c1", "c3").status()).isEqualTo(409);
    assertThat(rows(chat))
        .containsExactly(
            "user: pick and stop",
            "assistant: Let me see. c1 c2 c3",
            "tool: c2 failed",
            "tool: c1 failed",
            "tool: c3 failed",
            "assistant: Without a colour.");
  }

  @Test
  void sendWithInterrupt_cancelsTheCalls_andComesBehindTheTurn() {
    var chat = waiting("pick, interrupted", Script.answer("Without a colour."));
    var sent = second.client().send(chat, "next", "interrupt").expect(200);
    assertThat(sent.path("queued").asBoolean()).isTrue();
    awaitWaiting(chat);
    assertThat(rows(chat))
        .endsWith(
            "tool: c1 failed",
            "tool: c3 failed",
            "assistant: Without a colour.",
            "user: next",
            "assistant: next");
  }

  @Test
  void promote_cancelsTheCalls_andIsNext() {
    var chat = waiting("pick, promoted");
    var queued = user.send(chat, "urgent").expect(200).path("queued_message").path("id").asLong();
    second.client().promote(chat, queued).expect(200);
    awaitWaiting(chat);
    assertThat(rows(chat))
        .endsWith("tool: c1 failed", "tool: c3 failed", "user: urgent", "assistant: urgent");
  }

  @Test
  void edit_deletesTheCallsWithTheirMessage() {
    var chat = waiting("pick, edited");
    var ids = new ArrayList<Long>();
    user.messages(chat).path("messages").forEach(row -> ids.add(row.path("id").asLong()));
    second.client().edit(chat, ids.getLast(), "something else").expect(200);
    awaitWaiting(chat);
    assertThat(rows(chat)).containsExactly("user: something else", "assistant: something else");
    assertThat(user.giveResults(chat, "c1", "c3").status()).isEqualTo(409);
  }

  private static void awaitWaiting(String chat) {
    try (var viewer = StreamViewer.open(user, chat, Kind.WEB_SOCKET)) {
      viewer.awaitStatus("waiting");
      viewer.mustShowWhatIsStored();
    }
  }
}
