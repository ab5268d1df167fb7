package chatd.engine.worker;

import static org.assertj.core.api.Assertions.assertThat;

import chatd.core.chat.ChatCommand;
import chatd.core.chat.ChatCommand.WhenBusy;
import chatd.core.chat.ChatStatus;
import chatd.core.chat.Phase;
import chatd.core.message.ContentPart;
import chatd.core.message.RawJson;
import chatd.core.message.ToolOrigin;
import chatd.core.part.Part;
import chatd.core.turn.RetryPolicy;
import chatd.engine.fake.ScriptedModel;
import chatd.engine.port.Outcome;
import chatd.engine.port.Telemetry.Happening;
import java.time.Duration;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/// Turns from the message to the end, on one replica, with every other thing that may happen on the
/// way.
class WorkerTest {
  private final WorkerStage stage = new WorkerStage();

  @Test
  void turn_answered_commitsWhatWasStreamed() {
    var chat = stage.chat();
    assertThat(stage.row(chat.id()).phase()).isEqualTo(Phase.GENERATING);
    assertThat(stage.row(chat.id()).versions().attempt()).isEqualTo(1);

    stage.advance(Duration.ofSeconds(3));
    stage.model.last().say("Hel", "lo").complete();
    stage.thread.settle();

    assertThat(stage.history(chat.id())).containsExactly("user: first", "assistant: Hello");
    assertThat(stage.log(chat.id())).isEqualTo("Hello");
    assertThat(stage.row(chat.id()).status()).isEqualTo(ChatStatus.WAITING);
    assertThat(stage.membership.runningTurns()).isZero();
    assertThat(stage.telemetry.counted).containsEntry(Happening.STEP_COMMITTED, 1);
    assertThat(stage.telemetry.firstParts).containsExactly(Duration.ofSeconds(3));
  }

  @Test
  void queue_runsInTheOrderOfItsDisplay() {
    var chat = stage.chat();
    stage.send(chat, "second", WhenBusy.QUEUE);
    stage.send(chat, "third", WhenBusy.QUEUE);

    for (var answer : List.of("one", "two", "three")) {
      stage.model.last().say(answer).complete();
      stage.thread.settle();
    }

    assertThat(stage.history(chat.id()))
        .containsExactly(
            "user: first",
            "assistant: one",
            "user: second",
            "assistant: two",
            "user: third",
            "assistant: three");
  }

  @Test
  void stop_whileStreaming_keepsThePartialAnswerAndClosesTheRequest() {
    var chat = stage.chat();
    var request = stage.model.last().say("Let me ", "think");
    stage.thread.settle();

    stage.apply(chat.id(), new ChatCommand.Interrupt(chat.user()));

    assertThat(request.isCancelled()).isTrue();
    assertThat(stage.history(chat.id())).containsExactly("user: first", "assistant: Let me think");
    assertThat(stage.log(chat.id())).isEqualTo("Let me think");
    assertThat(stage.row(chat.id()).status()).isEqualTo(ChatStatus.WAITING);
  }

  @Test
  void stop_beforeTheFirstPart_commitsNoRow() {
    var chat = stage.chat();
    var before = stage.row(chat.id()).versions().history();

    stage.apply(chat.id(), new ChatCommand.Interrupt(chat.user()));

    assertThat(stage.history(chat.id())).containsExactly("user: first");
    assertThat(stage.row(chat.id()).versions().history()).isGreaterThan(before);
  }

  @Test
  void stop_withACompleteAndAnIncompleteCall_answersTheFirstAndDropsTheSecond() {
    var chat = stage.chat();
    stage
        .model
        .last()
        .say("I will look. ")
        .say(call("c1"))
        .say(new Part.ArgsDelta("c2", "look", "{\"pa", ToolOrigin.NONE));
    stage.thread.settle();

    stage.apply(chat.id(), new ChatCommand.Interrupt(chat.user()));

    assertThat(stage.history(chat.id()))
        .containsExactly("user: first", "assistant: I will look. , call c1", "tool: error c1");
  }

  @Test
  void sendWithInterrupt_putsTheNewMessageAfterThePartialAnswer() {
    var chat = stage.chat();
    stage.model.last().say("partial");
    stage.thread.settle();

    stage.send(chat, "second", WhenBusy.INTERRUPT);
    stage.model.last().say("two").complete();
    stage.thread.settle();

    assertThat(stage.history(chat.id()))
        .containsExactly("user: first", "assistant: partial", "user: second", "assistant: two");
  }

  @Test
  void interruptRacingSendWithInterrupt_keepsTheMessage() {
    var chat = stage.chat();
    stage.model.last().say("partial");
    stage.thread.settle();

    // Both are durable before the worker hears of either.
    stage.chats.apply(chat.id(), new ChatCommand.Interrupt(chat.user()), null);
    stage.send(chat, "second", WhenBusy.INTERRUPT);
    stage.model.last().say("two").complete();
    stage.thread.settle();

    assertThat(stage.history(chat.id()))
        .containsExactly("user: first", "assistant: partial", "user: second", "assistant: two");
  }

  @Test
  void edit_whileStreaming_voidsTheRunAndAnswersTheNewMessage() {
    var chat = stage.chat();
    var first = stage.model.last().say("void");
    stage.thread.settle();
    var id = stage.fixture.store().history(chat.id()).getLast().id();

    stage.apply(
        chat.id(),
        new ChatCommand.Edit(chat.user(), id, WorkerStage.body(chat.user(), "better"), null));
    assertThat(first.isCancelled()).isTrue();
    stage.model.last().say("answer").complete();
    stage.thread.settle();

    assertThat(stage.history(chat.id())).containsExactly("user: better", "assistant: answer");
  }

  @Test
  void toolCalls_thatNobodyAnswers_getAnErrorResultAndTheTurnGoesOn() {
    var chat = stage.chat();
    stage.model.last().say(call("c1")).say(call("c2")).complete();
    stage.thread.settle();
    assertThat(stage.model.last().request().prompt().entries())
        .extracting(entry -> entry.role().name())
        .containsExactly("SYSTEM", "USER", "ASSISTANT", "TOOL", "TOOL");
    stage.model.last().say("I have no tools.").complete();
    stage.thread.settle();

    assertThat(stage.history(chat.id()))
        .containsExactly(
            "user: first",
            "assistant: call c1, call c2",
            "tool: error c1",
            "tool: error c2",
            "assistant: I have no tools.");
  }

  @Test
  void providerFails_retriesWhenDue_andTheRetryIsDurable() {
    var chat = stage.chat();
    stage.model.last().say("lost").fail(ScriptedModel.overloaded());
    stage.thread.settle();

    var waiting = stage.row(chat.id());
    assertThat(waiting.phase()).isEqualTo(Phase.RETRYING);
    assertThat(waiting.isLive()).isFalse();
    stage.advance(Duration.ofMillis(950));
    assertThat(stage.model.requests()).hasSize(1);
    stage.advance(Duration.ofMillis(100));
    assertThat(stage.model.requests()).hasSize(2);
    assertThat(stage.row(chat.id()).versions().attempt()).isEqualTo(2);
    stage.model.last().say("found").complete();
    stage.thread.settle();

    assertThat(stage.history(chat.id())).containsExactly("user: first", "assistant: found");
  }

  @Test
  void takingChatsMeetsAnError_theWorkerGoesOn() {
    stage.store.acquireBreaks = true;
    var chat = stage.chat();
    assertThat(stage.broken).hasSize(1);

    stage.advance(Duration.ofSeconds(4));

    assertThat(stage.row(chat.id()).phase()).isEqualTo(Phase.GENERATING);
  }

  @Test
  void providerFails_onAClockAheadOfTheDatabases_waitsItsTimeAllTheSame() {
    stage.clockAhead = Duration.ofMinutes(1);
    stage.chat();
    stage.model.last().fail(ScriptedModel.retryAfter(Duration.ofSeconds(20)));
    stage.advance(Duration.ofSeconds(19));
    assertThat(stage.model.requests()).hasSize(1);

    stage.advance(Duration.ofSeconds(2));
    assertThat(stage.model.requests()).hasSize(2);
  }

  @Test
  void stop_whileRetryWaits_keepsHistory() {
    var chat = stage.chat();
    stage.model.last().say("lost").fail(ScriptedModel.overloaded());
    stage.thread.settle();

    stage.apply(chat.id(), new ChatCommand.Interrupt(chat.user()));
    stage.advance(Duration.ofSeconds(5));

    assertThat(stage.history(chat.id())).containsExactly("user: first");
    assertThat(stage.row(chat.id()).status()).isEqualTo(ChatStatus.WAITING);
    assertThat(stage.model.requests()).hasSize(1);
  }

  @Test
  void providerRefusesForGood_failsAtOnce_andRetryRunsTheTurnAgain() {
    var chat = stage.chat();
    stage.model.last().fail(ScriptedModel.badKey());
    stage.thread.settle();
    assertThat(stage.row(chat.id()).status()).isEqualTo(ChatStatus.ERROR);

    stage.apply(chat.id(), new ChatCommand.Retry(chat.user()));
    assertThat(stage.row(chat.id()).versions().attempt()).isEqualTo(2);
    stage.model.last().say("now").complete();
    stage.thread.settle();

    assertThat(stage.history(chat.id())).containsExactly("user: first", "assistant: now");
  }

  @Test
  void providerFallsSilent_isBrokenOffAndTriedAtMostThreeTimes() {
    var chat = stage.chat();
    for (var silence = 1; silence <= 3; silence++) {
      assertThat(stage.model.requests()).hasSize(silence);
      stage.model.last().say("x");
      stage.advance(Duration.ofMinutes(9));
      assertThat(stage.model.last().isCancelled()).isFalse();
      stage.advance(Duration.ofMinutes(1).plusSeconds(5));
      assertThat(stage.model.requests().get(silence - 1).isCancelled()).isTrue();
    }

    var failure = stage.row(chat.id()).turn().failure();
    assertThat(failure).isNotNull();
    assertThat(failure == null ? null : failure.error().kind())
        .isEqualTo(chatd.core.chat.ChatError.Kind.STREAM_SILENCE_TIMEOUT);
    assertThat(stage.history(chat.id())).containsExactly("user: first");
  }

  @Test
  void answerTooLong_commitsThePartialWithTheError() {
    var small =
        new WorkerLimits(
            WorkerLimits.DEFAULT.capacity(),
            new WorkerLimits.Steps(200, 16L << 20, 2L << 20),
            RetryPolicy.DEFAULT,
            WorkerLimits.DEFAULT.patience());
    var tight = new WorkerStage(small, UnaryOperator.identity());
    var chat = tight.chat();
    tight.model.last().say("a".repeat(16 << 20), "b");
    tight.thread.settle();

    assertThat(tight.row(chat.id()).status()).isEqualTo(ChatStatus.ERROR);
    var rows = tight.fixture.store().history(chat.id());
    assertThat(
            rows.stream()
                .flatMap(row -> row.body().content().stream())
                .filter(ContentPart.Text.class::isInstance)
                .mapToLong(
                    part -> ((ContentPart.Text) part).text().chars().filter(c -> c == 'a').count())
                .sum())
        .isEqualTo(16 << 20);
    assertThat(tight.model.last().isCancelled()).isTrue();
  }

  @Test
  void title_isMadeOnceBesideTheTurn_andNeverOverwritesOneOfAPerson() {
    var chat = stage.chat();
    stage.model.last().say("Hello").complete();
    stage.thread.settle();
    stage.model.titleRequests().getFirst().say("\"A kind greeting.\"").complete();
    stage.thread.settle();

    assertThat(stage.fixture.store().find(chat.id()).orElseThrow().description().title())
        .isEqualTo("A kind greeting");
    assertThat(stage.fixture.cost(chat.id()).requests()).isEqualTo(2);
    stage.send(chat, "second", WhenBusy.QUEUE);
    stage.model.last().say("Hi").complete();
    stage.thread.settle();
    assertThat(stage.model.titleRequests()).hasSize(1);
  }

  @Test
  void hintLost_pollFindsTheWork_andAuditFindsTheStop() {
    stage.pubsub.disturb(_ -> List.of());
    var chat = chatd.engine.port.TestChat.create(stage.fixture); // Nobody announces it.
    stage.thread.settle();
    assertThat(stage.model.requests()).isEmpty();
    stage.advance(Duration.ofSeconds(3));
    stage.model.last().say("partial");
    stage.thread.settle();

    var stopped = stage.store.apply(chat.id(), new ChatCommand.Interrupt(chat.user()), null);
    assertThat(stopped).isInstanceOf(Outcome.Done.class);
    stage.advance(Duration.ofMillis(1250));

    assertThat(stage.history(chat.id())).containsExactly("user: first", "assistant: partial");
  }

  @Test
  void capacity_bounds_turnsAtOnce_andTheOldestWaitingIsNext() {
    var one =
        new WorkerStage(
            new WorkerLimits(
                new WorkerLimits.Capacity(1, 1),
                WorkerLimits.DEFAULT.steps(),
                RetryPolicy.DEFAULT,
                WorkerLimits.DEFAULT.patience()),
            UnaryOperator.identity());
    var first = one.chat();
    one.time.advance(Duration.ofMillis(1));
    var second = one.chat();
    assertThat(one.row(second.id()).phase()).isEqualTo(Phase.QUEUED);

    one.model.last().say("done").complete();
    one.thread.settle();

    assertThat(one.row(first.id()).status()).isEqualTo(ChatStatus.WAITING);
    assertThat(one.row(second.id()).phase()).isEqualTo(Phase.GENERATING);
  }

  @Test
  void memoryOfLogsUsedUp_noTurnIsTaken_thoseThatRunGoOn_andThenItsTurnComes() {
    var small = WorkerStage.withLogs(100);
    var first = small.chat();
    small.model.last().say("x".repeat(200));
    small.thread.settle();
    var second = small.chat();
    small.advance(Duration.ofSeconds(4));
    assertThat(small.row(second.id()).phase()).isEqualTo(Phase.QUEUED);

    small.model.last().say("y").complete();
    small.thread.settle();
    assertThat(small.history(first.id()))
        .containsExactly("user: first", "assistant: " + "x".repeat(200) + "y");
    small.advance(Duration.ofSeconds(20)); // Its log is kept for a while.

    assertThat(small.row(second.id()).phase()).isEqualTo(Phase.GENERATING);
  }

  @Test
  void stop_atFullCapacity_needsNone() {
    var one =
        new WorkerStage(
            new WorkerLimits(
                new WorkerLimits.Capacity(1, 1),
                WorkerLimits.DEFAULT.steps(),
                RetryPolicy.DEFAULT,
                WorkerLimits.DEFAULT.patience()),
            UnaryOperator.identity());
    one.chat();
    var waiting = one.chat();

    one.apply(waiting.id(), new ChatCommand.Interrupt(waiting.user()));

    assertThat(one.row(waiting.id()).status()).isEqualTo(ChatStatus.WAITING);
  }

  @Test
  void stopOfATurnThatNobodyHas_atFullCapacity_isFinishedOnTheSpot() {
    var one =
        new WorkerStage(
            new WorkerLimits(
                new WorkerLimits.Capacity(1, 1),
                WorkerLimits.DEFAULT.steps(),
                RetryPolicy.DEFAULT,
                WorkerLimits.DEFAULT.patience()),
            UnaryOperator.identity());
    one.chat();
    var sent = one.chat();
    var promoted = one.chat();
    one.send(promoted, "second", WhenBusy.QUEUE);
    var third = (Outcome.Done) one.send(promoted, "third", WhenBusy.QUEUE);
    var queued = third.queued();
    assertThat(queued).isNotNull();

    one.send(sent, "now", WhenBusy.INTERRUPT);
    one.apply(
        promoted.id(), new ChatCommand.Promote(promoted.user(), queued == null ? 0 : queued.id()));

    assertThat(one.history(sent.id())).containsExactly("user: first", "user: now");
    assertThat(one.history(promoted.id())).containsExactly("user: first", "user: third");
    assertThat(one.row(promoted.id()).phase()).isEqualTo(Phase.QUEUED);
    assertThat(one.row(promoted.id()).lifecycle().queued()).isEqualTo(1);
  }

  private static Part call(String id) {
    return new Part.Whole(
        new ContentPart.ToolCall(id, "look", RawJson.EMPTY_OBJECT, ToolOrigin.NONE, null));
  }
}
