package chatd.engine.worker;

import static org.assertj.core.api.Assertions.assertThat;

import chatd.core.chat.ChatCommand;
import chatd.core.chat.ChatError;
import chatd.core.chat.ChatStatus;
import chatd.core.message.ContentPart;
import chatd.core.message.RawJson;
import chatd.core.message.ToolOrigin;
import chatd.core.part.Part;
import chatd.engine.fake.ScriptedModel;
import chatd.engine.port.TestChat;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/// The database carries out what it was told, or not, and nobody hears of it.
class LostAnswerTest {
  private final WorkerStage stage = new WorkerStage();

  @Test
  void answerToAcquireLost_theAuditFindsTheChatAndItsTurnRunsOnce() {
    stage.store.losesAcquire = true;
    var chat = stage.chat();
    assertThat(stage.row(chat.id()).ownership()).isNotNull();
    assertThat(stage.model.requests()).isEmpty();

    stage.advance(Duration.ofMillis(2300));
    stage.model.last().say("Hello").complete();
    stage.thread.settle();

    assertThat(stage.model.requests()).hasSize(1);
    assertThat(stage.history(chat.id())).containsExactly("user: first", "assistant: Hello");
  }

  @Test
  void answerToRecordAttemptLost_theAttemptGoesOnUnderItsNumber() {
    var chat = stage.chat();
    stage.model.last().fail(ScriptedModel.overloaded());
    stage.thread.settle();
    stage.store.loseAnswerTo(ChatCommand.RecordAttempt.class);
    stage.advance(Duration.ofSeconds(2));

    assertThat(stage.row(chat.id()).versions().attempt()).isEqualTo(2);
    stage.model.last().say("Hello").complete();
    stage.thread.settle();

    assertThat(stage.model.requests()).hasSize(2);
    assertThat(stage.history(chat.id())).containsExactly("user: first", "assistant: Hello");
    assertThat(stage.log(chat.id())).isEqualTo("Hello");
  }

  @Test
  void answerToRecordAttemptOfToolsLost_theRoundIsCommittedOnce() {
    var chat = stage.chat();
    stage.store.loseAnswerTo(ChatCommand.RecordAttempt.class);
    stage.model.last().say(call("c1")).complete();
    stage.advance(Duration.ofSeconds(1));
    stage.model.last().say("done").complete();
    stage.thread.settle();

    assertThat(stage.history(chat.id()))
        .containsExactly("user: first", "assistant: call c1", "tool: error c1", "assistant: done");
  }

  @Test
  void answerToCommitLost_theStepIsInHistoryOnce() {
    var chat = stage.chat();
    stage.store.loseAnswerTo(ChatCommand.CommitStep.class);
    stage.model.last().say("Hello").complete();
    stage.advance(Duration.ofSeconds(2));

    assertThat(stage.history(chat.id())).containsExactly("user: first", "assistant: Hello");
    assertThat(stage.row(chat.id()).status()).isEqualTo(ChatStatus.WAITING);
    assertThat(stage.membership.runningTurns()).isZero();
    assertThat(stage.model.requests()).hasSize(1);
  }

  @Test
  void answerToFinishInterruptionLost_thePartialIsInHistoryOnce() {
    var chat = stage.chat();
    stage.store.loseAnswerTo(ChatCommand.FinishInterruption.class);
    stage.model.last().say("partial");
    stage.thread.settle();
    stage.apply(chat.id(), new ChatCommand.Interrupt(chat.user()));
    stage.advance(Duration.ofSeconds(2));

    assertThat(stage.history(chat.id())).containsExactly("user: first", "assistant: partial");
    assertThat(stage.membership.runningTurns()).isZero();
  }

  @Test
  void answerToRecordRetryLost_theFailureCountsOnce() {
    var chat = stage.chat();
    stage.store.loseAnswerTo(ChatCommand.RecordRetry.class);
    stage.model.last().fail(ScriptedModel.overloaded());
    stage.advance(Duration.ofMillis(600));

    assertThat(stage.row(chat.id()).turn().retries().failures()).isEqualTo(1);
    stage.advance(Duration.ofSeconds(2));
    assertThat(stage.model.requests()).hasSize(2);
    stage.model.last().say("Hello").complete();
    stage.thread.settle();
    assertThat(stage.history(chat.id())).containsExactly("user: first", "assistant: Hello");
  }

  @Test
  void editWhileItsHintIsLost_theNextAuditVoidsTheRun() {
    var chat = stage.chat();
    var old = stage.model.last().say("void");
    stage.thread.settle();
    var id = stage.fixture.store().history(chat.id()).getLast().id();

    stage
        .fixture
        .store()
        .apply(
            chat.id(),
            new ChatCommand.Edit(chat.user(), id, WorkerStage.body(chat.user(), "better"), null),
            null);
    stage.advance(Duration.ofMillis(1250));

    assertThat(old.isCancelled()).isTrue();
    stage.model.last().say("answer").complete();
    stage.thread.settle();
    assertThat(stage.history(chat.id())).containsExactly("user: better", "assistant: answer");
  }

  @Test
  void editWhileItsHintIsLost_andTheOldAnswerIsCommittedFirst_theOldAnswerIsVoid() {
    var chat = stage.chat();
    var old = stage.model.last().say("void");
    stage.thread.settle();
    var id = stage.fixture.store().history(chat.id()).getLast().id();
    stage
        .fixture
        .store()
        .apply(
            chat.id(),
            new ChatCommand.Edit(chat.user(), id, WorkerStage.body(chat.user(), "better"), null),
            null);

    old.complete();
    stage.thread.settle();
    stage.model.last().say("answer").complete();
    stage.thread.settle();

    assertThat(stage.history(chat.id())).containsExactly("user: better", "assistant: answer");
  }

  @Test
  void storeFailsOnce_thePollGoesOn() {
    stage.store.down = true;
    stage.advance(Duration.ofSeconds(4));
    stage.store.down = false;
    var chat = TestChat.create(stage.fixture); // Nobody announces it.
    stage.advance(Duration.ofSeconds(4));

    assertThat(stage.row(chat.id()).ownership()).isNotNull();
  }

  @Test
  void storeAwayForMinutes_anAnswerCompleteByThenIsCommittedWhenItIsBack() {
    var chat = stage.chat();
    stage.store.down = true;
    stage.directory.down = true;
    stage.model.last().say("Hello").complete();
    stage.advance(Duration.ofMinutes(3));
    assertThat(stage.history(chat.id())).containsExactly("user: first");

    stage.store.down = false;
    stage.directory.down = false;
    stage.advance(Duration.ofSeconds(2));

    assertThat(stage.history(chat.id())).containsExactly("user: first", "assistant: Hello");
    assertThat(stage.model.requests()).hasSize(1);
  }

  @Test
  void storeAwayForMinutes_anAnswerStillComingIsBrokenOffAndAskedForAgain() {
    var chat = stage.chat();
    stage.store.down = true;
    stage.directory.down = true;
    stage.advance(Duration.ofSeconds(20));
    stage.model.last().say("too late");
    stage.thread.settle();
    assertThat(stage.model.last().isCancelled()).isTrue();
    stage.advance(Duration.ofMinutes(3));
    assertThat(stage.model.requests()).hasSize(1);

    stage.store.down = false;
    stage.directory.down = false;
    stage.advance(Duration.ofSeconds(3));
    stage.model.last().say("Hello").complete();
    stage.thread.settle();

    assertThat(stage.model.requests()).hasSize(2);
    assertThat(stage.history(chat.id())).containsExactly("user: first", "assistant: Hello");
  }

  @Test
  void stepThatCannotBeStored_failsTheTurn() {
    stage.store.cannotTake(ChatCommand.CommitStep.class);
    var chat = stage.chat();
    stage.model.last().say("Hello").complete();
    stage.advance(Duration.ofSeconds(5));

    assertThat(stage.row(chat.id()).status()).isEqualTo(ChatStatus.ERROR);
    var failure = stage.row(chat.id()).turn().failure();
    assertThat(failure == null ? null : failure.error().kind()).isEqualTo(ChatError.Kind.GENERIC);
    assertThat(stage.model.requests()).hasSize(1);
    assertThat(stage.broken).hasSize(1);
  }

  @Test
  void laterStepThatCannotBeStored_failsTheTurn() {
    var chat = stage.chat();
    stage.model.last().fail(ScriptedModel.overloaded());
    stage.advance(Duration.ofMillis(1500));
    stage.store.cannotTake(ChatCommand.CommitStep.class);
    stage.model.last().say("Hello").complete();
    stage.advance(Duration.ofSeconds(5));

    assertThat(stage.row(chat.id()).status()).isEqualTo(ChatStatus.ERROR);
    assertThat(stage.model.requests()).hasSize(2);
  }

  @Test
  void nothingCanBeStored_theChatIsTakenUpAgainUnderANewAttempt() {
    var chat = stage.chat();
    stage.store.cannotTake(ChatCommand.ByWorker.class);
    stage.model.last().say("Hello").complete();
    stage.thread.settle();
    assertThat(stage.membership.runningTurns()).isZero();
    stage.store.canTakeAll();
    stage.advance(Duration.ofMillis(2300));
    assertThat(stage.model.requests()).hasSize(2);
    stage.model.last().say("Again").complete();
    stage.thread.settle();

    assertThat(stage.history(chat.id())).containsExactly("user: first", "assistant: Again");
    assertThat(stage.log(chat.id())).isEqualTo("Again");
  }

  @Test
  void partialThatCannotBeStored_theStopIsFinishedWithoutIt() {
    var chat = stage.chat();
    stage.model.last().say("partial");
    stage.thread.settle();
    stage.store.cannotTake(command ->
        command instanceof ChatCommand.FinishInterruption stop && !stop.partial().isEmpty());

    stage.apply(chat.id(), new ChatCommand.Interrupt(chat.user()));

    assertThat(stage.row(chat.id()).status()).isEqualTo(ChatStatus.WAITING);
    assertThat(stage.history(chat.id())).containsExactly("user: first");
    assertThat(stage.broken).hasSize(1);
  }

  @Test
  void stopThatCannotBeStored_isFinishedByTheAuditLater() {
    var chat = stage.chat();
    stage.model.last().say("partial");
    stage.thread.settle();
    stage.store.cannotTake(ChatCommand.FinishInterruption.class);
    stage.apply(chat.id(), new ChatCommand.Interrupt(chat.user()));
    stage.store.canTakeAll();
    stage.advance(Duration.ofSeconds(3));

    assertThat(stage.row(chat.id()).status()).isEqualTo(ChatStatus.WAITING);
  }

  private static Part call(String id) {
    return new Part.Whole(
        new ContentPart.ToolCall(id, "look", RawJson.EMPTY_OBJECT, ToolOrigin.NONE, null));
  }
}
