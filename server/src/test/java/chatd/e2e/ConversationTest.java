package chatd.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import chatd.e2e.StreamSocket.Kind;
import chatd.server.model.Script;
import chatd.server.postgres.embedded.TestPostgres;
import chatd.strict.StrictClient;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.JsonNode;

/// What a user does to a chat, seen through the eyes of viewers.
class ConversationTest {
  @RegisterExtension static final TestPostgres POSTGRES = new TestPostgres();

  private static Stage stage;
  private static Replica replica;
  private static ApiClient user;

  @BeforeAll
  static void start() {
    stage = Stage.with(POSTGRES);
    replica = stage.setup("--max-streams-per-user", "1000").startInside();
    user = replica.client();
  }

  @AfterAll
  static void stop() {
    replica.close();
    stage.close();
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void send_isAnswered_committedEqualsStreamed(Kind kind) {
    var gate = new CountDownLatch(1);
    var question = "send over " + kind;
    stage.answer(
        question,
        Script.begin()
            .reasoning("Let me ", "think.")
            .text("Hello", " there")
            .pause(gate)
            .finish("stop")
            .usage(3, 2)
            .done());
    var chat = user.create(question);
    try (var viewer = StreamViewer.open(user, chat, kind)) {
      viewer.awaitPreview("Hello there");
      assertThat(viewer.preview().reasoning()).isEqualTo("Let me think.");
      gate.countDown();
      viewer.awaitStatus("waiting");
      assertThat(viewer.history()).containsExactly("user: " + question, "assistant: Hello there");
      viewer.mustShowWhatIsStored();
    }
  }

  @Test
  void stop_inMidAnswer_keepsWhatWasShownAndClosesTheProvider() throws Exception {
    stage.answer("stop me", Script.begin().text("One", " two").hang());
    var chat = user.create("stop me");
    try (var viewer = StreamViewer.open(user, chat, Kind.WEB_SOCKET)) {
      var request = stage.request("stop me");
      viewer.awaitPreview("One two");
      user.interrupt(chat).expect(200);
      assertThat(request.isClosedByClient(Duration.ofSeconds(1))).as("closed within 1 s").isTrue();
      viewer.awaitStatus("waiting");
      assertThat(viewer.history()).containsExactly("user: stop me", "assistant: One two");
      viewer.mustShowWhatIsStored();
    }
  }

  @Test
  void stop_waitingForTheCommit_answersWithTheIdleChat() {
    stage.answer("stop and wait", Script.begin().text("Part").hang());
    var chat = user.create("stop and wait");
    try (var viewer = StreamViewer.open(user, chat, Kind.SSE)) {
      viewer.awaitPreview("Part");
      var answer = user.interruptAndWait(chat).expect(200);
      assertThat(answer.path("status").asString()).isEqualTo("waiting");
      assertThat(user.messages(chat).path("messages")).hasSize(2);
      viewer.awaitStatus("waiting");
    }
  }

  @Test
  void sendWhileBusy_queue_runsAfterTheAnswer() {
    var gate = new CountDownLatch(1);
    stage.answer("busy first", Script.begin().text("First").pause(gate).finish("stop").done());
    stage.answer("busy second", Script.answer("Second"));
    var chat = user.create("busy first");
    try (var viewer = StreamViewer.open(user, chat, Kind.WEB_SOCKET)) {
      viewer.awaitPreview("First");
      var sent = user.send(chat, "busy second").expect(200);
      assertThat(sent.path("queued").asBoolean()).isTrue();
      viewer.await("the queue", c -> c.queued().equals(List.of("busy second")));
      gate.countDown();
      viewer.await("the second answer", c -> c.is("waiting") && c.messages().size() == 4);
      assertThat(viewer.history())
          .containsExactly(
              "user: busy first", "assistant: First", "user: busy second", "assistant: Second");
      assertThat(viewer.queued()).isEmpty();
      viewer.mustShowWhatIsStored();
    }
  }

  @Test
  void sendWhileBusy_interrupt_keepsThePartialAnswerBeforeIt() {
    stage.answer("interrupted", Script.begin().text("Partial").hang());
    var chat = user.create("interrupted");
    try (var viewer = StreamViewer.open(user, chat, Kind.SSE)) {
      viewer.awaitPreview("Partial");
      user.send(chat, "interrupting", "interrupt").expect(200);
      viewer.await("the second answer", c -> c.is("waiting") && c.messages().size() == 4);
      assertThat(viewer.history())
          .containsExactly(
              "user: interrupted",
              "assistant: Partial",
              "user: interrupting",
              "assistant: interrupting");
      viewer.mustShowWhatIsStored();
    }
  }

  @Test
  void sendWhileBusy_reject_isRefusedAndChangesNothing() {
    stage.answer("rejecting", Script.begin().text("Busy").hang());
    var chat = user.create("rejecting");
    try (var viewer = StreamViewer.open(user, chat, Kind.WEB_SOCKET)) {
      viewer.awaitPreview("Busy");
      var before = user.chat(chat).path("snapshot_version").asLong();
      var refused = user.send(chat, "no room", "reject").expect(409);
      assertThat(refused.path("message").asString()).isEqualTo("Chat is busy.");
      assertThat(user.chat(chat).path("snapshot_version").asLong()).isEqualTo(before);
      user.interrupt(chat).expect(200);
      viewer.awaitStatus("waiting");
    }
  }

  @Test
  void promote_whileRunning_stopsTheTurnAndRunsNext() {
    stage.answer("promoting", Script.begin().text("Old").hang());
    var chat = user.create("promoting");
    try (var viewer = StreamViewer.open(user, chat, Kind.WEB_SOCKET)) {
      viewer.awaitPreview("Old");
      user.send(chat, "later").expect(200);
      var urgent = user.send(chat, "urgent").expect(200).path("queued_message");
      viewer.await("both", c -> c.queued().equals(List.of("later", "urgent")));
      var answer = user.promote(chat, urgent.path("id").asLong()).expect(202);
      assertThat(answer.path("message").asString()).isEqualTo("Queued message promotion accepted.");
      viewer.await("all answers", c -> c.is("waiting") && c.messages().size() == 6);
      assertThat(viewer.history())
          .containsExactly(
              "user: promoting",
              "assistant: Old",
              "user: urgent",
              "assistant: urgent",
              "user: later",
              "assistant: later");
      viewer.mustShowWhatIsStored();
    }
  }

  @Test
  void promote_afterAFailure_runsAtOnce() {
    var gate = new CountDownLatch(1);
    stage.answer(
        "failing promote",
        Script.begin()
            .text("No")
            .pause(gate)
            .event("{\"error\":{\"message\":\"bad\",\"code\":400}}"));
    stage.answer("failing promote\n\nis first", Script.answer("Both"));
    var chat = user.create("failing promote");
    try (var viewer = StreamViewer.open(user, chat, Kind.SSE)) {
      viewer.awaitPreview("No");
      var first = user.send(chat, "waits").expect(200).path("queued_message").path("id").asLong();
      var second = user.send(chat, "is first").expect(200).path("queued_message");
      gate.countDown();
      viewer.await("the failure", c -> c.is("error") && c.error() != null);
      assertThat(viewer.queued()).hasSize(2);
      var message = user.promote(chat, second.path("id").asLong()).expect(200);
      assertThat(StrictClient.line(message)).isEqualTo("user: is first");
      viewer.await("all answers", c -> c.is("waiting") && c.messages().size() == 5);
      assertThat(first).isPositive();
      assertThat(viewer.history())
          .containsExactly(
              "user: failing promote",
              "user: is first",
              "assistant: Both",
              "user: waits",
              "assistant: waits");
      viewer.mustShowWhatIsStored();
    }
  }

  @Test
  void edit_whileStreaming_voidsTheRunAndShowsOneReset() throws Exception {
    stage.answer("edit before", Script.begin().text("Void").hang());
    var chat = user.create("edit before");
    try (var viewer = StreamViewer.open(user, chat, Kind.WEB_SOCKET)) {
      var request = stage.request("edit before");
      viewer.awaitPreview("Void");
      var id = viewer.<Long>get(c -> c.messages().firstKey());
      var edited = user.edit(chat, id, "edit after").expect(200);
      assertThat(edited.path("deleted_message_ids").get(0).asLong()).isEqualTo(id);
      viewer.await("the answer", c -> c.is("waiting") && c.messages().size() == 2);
      assertThat(viewer.history()).containsExactly("user: edit after", "assistant: edit after");
      assertThat(viewer.types()).filteredOn("history_reset"::equals).hasSize(1);
      assertThat(request.isClosedByClient(Duration.ofSeconds(1))).isTrue();
      viewer.mustShowWhatIsStored();
    }
  }

  @Test
  void edit_whileNobodyLooks_resetsWhoKnewTheRow() {
    var chat = user.create("unseen edit");
    try (var viewer = StreamViewer.open(user, chat, Kind.SSE)) {
      viewer.await("the answer", c -> c.is("waiting") && c.messages().size() == 2);
      viewer.leave();
      user.send(chat, "second").expect(200);
      awaitStatus(chat, "waiting");
      var second = user.messages(chat).path("messages").get(1).path("id").asLong();
      user.edit(chat, second, "second again").expect(200);
      awaitStatus(chat, "waiting");
      viewer.connect().await("the new rows", c -> c.messages().size() == 4);
      assertThat(viewer.types()).doesNotContain("history_reset");
      viewer.leave();
      var known = viewer.<Long>get(c -> c.messages().firstKey());
      user.edit(chat, known, "all anew").expect(200);
      awaitStatus(chat, "waiting");
      viewer.connect().await("the new history", c -> c.messages().size() == 2);
      assertThat(viewer.types()).startsWith("history_reset");
      viewer.mustShowWhatIsStored();
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = Kind.class,
      names = {"WEB_SOCKET", "SSE"})
  void reconnect_inMidAnswer_goesOnWhereItWas(Kind kind) {
    var first = new CountDownLatch(1);
    var second = new CountDownLatch(1);
    var question = "reconnect over " + kind;
    stage.answer(
        question,
        Script.begin()
            .text("a", "b", "c")
            .pause(first)
            .text("d", "e")
            .pause(second)
            .text("f")
            .finish("stop")
            .done());
    var chat = user.create(question);
    try (var viewer = StreamViewer.open(user, chat, kind)) {
      viewer.awaitPreview("abc").leave();
      first.countDown();
      viewer.connect().awaitPreview("abcde");
      assertThat(viewer.types()).doesNotContain("preview_reset", "history_reset", "message");
      second.countDown();
      viewer.awaitStatus("waiting");
      viewer.mustShowWhatIsStored();
    }
  }

  @Test
  void twoViewers_ofOneAnswer_areSentTheSameBytes() {
    var gate = new CountDownLatch(1);
    var deltas = new String[300];
    for (var i = 0; i < deltas.length; i++) {
      deltas[i] = "word" + i + " ";
    }
    stage.answer("shared", Script.begin().text(deltas).pause(gate).finish("stop").done());
    var chat = user.create("shared");
    try (var one = StreamViewer.open(user, chat, Kind.WEB_SOCKET);
        var two = StreamViewer.open(user, chat, Kind.SSE)) {
      one.awaitPreview(String.join("", deltas));
      two.awaitPreview(String.join("", deltas));
      one.preview().mustAgreeWith(two.preview());
      gate.countDown();
      one.awaitStatus("waiting");
      two.awaitStatus("waiting");
      one.mustShowWhatIsStored();
      two.mustShowWhatIsStored();
    }
  }

  @Test
  void lateJoiner_of10000Parts_getsOneFrame() {
    var deltas = new String[10_000];
    Arrays.fill(deltas, "abcd ");
    var gate = new CountDownLatch(1);
    stage.answer("many parts", Script.begin().text(deltas).pause(gate).finish("stop").done());
    var chat = user.create("many parts");
    try (var first = StreamViewer.open(user, chat, Kind.WEB_SOCKET)) {
      first.await("all parts", c -> c.last() == deltas.length);
      for (var kind : Kind.values()) {
        try (var late = StreamViewer.open(user, chat, kind)) {
          late.await("all parts", c -> c.last() == deltas.length);
          var preview = late.preview();
          assertThat(preview.frames()).hasSize(1);
          preview.mustAgreeWith(first.preview());
        }
      }
      gate.countDown();
      first.awaitStatus("waiting");
      first.mustShowWhatIsStored();
    }
  }

  @Test
  void toolCall_thatNobodyAnswers_isClosedWithAnErrorAndTheTurnGoesOn() {
    stage.answer(
        "call a tool",
        Script.begin()
            .text("Let me see.")
            .call(0, "call-1", "no_such_tool", "{\"city\":")
            .arguments(0, "\"Par", "is\"}")
            .finish("tool_calls")
            .done(),
        Script.answer("I cannot know."));
    var chat = user.create("call a tool");
    try (var viewer = StreamViewer.open(user, chat, Kind.WEB_SOCKET)) {
      viewer.await("the answer", c -> c.is("waiting") && c.messages().size() == 4);
      assertThat(viewer.history())
          .containsExactly(
              "user: call a tool", "assistant: Let me see.", "tool: ", "assistant: I cannot know.");
      var result = viewer.<JsonNode>get(c -> c.messages().values().stream().toList().get(2));
      assertThat(result.path("content").get(0).path("is_error").asBoolean()).isTrue();
      assertThat(result.path("content").get(0).path("tool_call_id").asString()).isEqualTo("call-1");
      viewer.mustShowWhatIsStored();
    }
  }

  @Test
  void viewerThatReadTheMessagesFirst_isSentNoneOfThem() {
    stage.answer("read first", Script.begin().text("Going on").hang());
    var chat = user.create("read first");
    stage.request("read first");
    try (var viewer = StreamViewer.openAfterReading(user, chat, Kind.WEB_SOCKET)) {
      viewer.awaitPreview("Going on");
      assertThat(viewer.types())
          .startsWith("queue_update", "status", "preview_reset", "message_part");
      user.interrupt(chat).expect(200);
      viewer.awaitStatus("waiting");
      viewer.mustShowWhatIsStored();
    }
  }

  @Test
  void oldStyleClient_overReconnects_seesEachMessageAndPartOnce() {
    var gate = new CountDownLatch(1);
    stage.answer(
        "old style", Script.begin().text("x", "y").pause(gate).text("z").finish("stop").done());
    var chat = user.create("old style");
    try (var viewer = StreamViewer.openOldStyle(user, chat)) {
      viewer.awaitPreview("xy").leave();
      viewer.connect().awaitPreview("xy");
      gate.countDown();
      viewer.awaitStatus("waiting").leave();
      user.send(chat, "again").expect(200);
      viewer.connect().await("all", c -> c.is("waiting") && c.messages().size() == 4);
      viewer.mustShowWhatIsStored();
    }
  }

  private static void awaitStatus(String chat, String status) {
    try (var other = StreamViewer.open(user, chat, Kind.WEB_SOCKET)) {
      other.awaitStatus(status);
    }
  }
}
