package chatd.core.runner;

import static org.assertj.core.api.Assertions.assertThat;

import chatd.core.chat.ChatError;
import chatd.core.chat.ChatRow;
import chatd.core.chat.ChatStatus;
import chatd.core.chat.Fence;
import chatd.core.chat.ModelChoice;
import chatd.core.chat.Ownership;
import chatd.core.chat.ReplicaId;
import chatd.core.chat.RunId;
import chatd.core.chat.TurnState;
import chatd.core.chat.Versions;
import chatd.core.message.ChatId;
import chatd.core.message.UserId;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class RunnerStateTest {
  private static final RunId RUN = new RunId(new UUID(1, 1));
  private static final RunId OTHER = new RunId(new UUID(1, 2));
  private static final ChatId CHAT = new ChatId(new UUID(2, 2));
  private static final Instant DUE = Instant.parse("2026-05-28T00:00:00Z");

  private RunnerState state = RunnerState.begin(RUN);

  @Test
  void read_runningChat_startsItsTurnOnce() {
    var row = row(5, 4, ChatStatus.RUNNING, RUN);

    assertThat(on(new RunnerEvent.ChatRead(row)))
        .containsExactly(new RunnerAction.StartTurn(1, row));
    assertThat(on(new RunnerEvent.ChatRead(row))).isEmpty();
    assertThat(on(new RunnerEvent.ChatRead(row(6, 4, ChatStatus.RUNNING, RUN)))).isEmpty();
  }

  @Test
  void hint_decidesNothing_itOnlyAsksForAReading() {
    started();

    assertThat(on(new RunnerEvent.Hinted(5))).isEmpty();
    assertThat(on(new RunnerEvent.Hinted(6))).containsExactly(new RunnerAction.ReadChat());
  }

  @Test
  void read_edited_replacesTheTask() {
    started();
    var edited = row(7, 7, ChatStatus.RUNNING, RUN);

    assertThat(on(new RunnerEvent.ChatRead(edited)))
        .containsExactly(new RunnerAction.CancelTask(), new RunnerAction.StartTurn(2, edited));
  }

  @Test
  void committed_goesOnWithTheNextStep() {
    started();
    var next = row(6, 6, ChatStatus.RUNNING, RUN);

    assertThat(on(new RunnerEvent.TaskCommitted(1, next)))
        .containsExactly(new RunnerAction.StartTurn(3, next));
  }

  @Test
  void committed_turnOver_endsTheRun() {
    started();

    assertThat(on(new RunnerEvent.TaskCommitted(1, row(6, 6, ChatStatus.WAITING, null))))
        .containsExactly(new RunnerAction.Detach());
    assertThat(state.isEnded()).isTrue();
    assertThat(on(new RunnerEvent.Hinted(9))).isEmpty();
  }

  @Test
  void read_stopped_finishesTheInterruption() {
    started();
    var stopped = row(6, 4, ChatStatus.INTERRUPTING, RUN);

    assertThat(on(new RunnerEvent.ChatRead(stopped)))
        .containsExactly(new RunnerAction.FinishInterruption(2, stopped));
    assertThat(on(new RunnerEvent.TaskStale(1))).isEmpty();
    assertThat(on(new RunnerEvent.ChatRead(row(7, 4, ChatStatus.INTERRUPTING, RUN)))).isEmpty();
  }

  @Test
  void read_stoppedWhileARetryWaits_finishesTheInterruption() {
    on(new RunnerEvent.ChatRead(retrying(5)));
    var stopped = row(6, 4, ChatStatus.INTERRUPTING, RUN);

    assertThat(on(new RunnerEvent.ChatRead(stopped)))
        .containsExactly(new RunnerAction.FinishInterruption(2, stopped));
    assertThat(on(new RunnerEvent.PauseOver(1))).isEmpty();
  }

  @Test
  void retryAnnouncedNow_waitsItsWholeTimeThenReadsAgain() {
    assertThat(on(new RunnerEvent.ChatRead(retrying(5))))
        .containsExactly(new RunnerAction.PauseFor(1, Duration.ofSeconds(1)));
    assertThat(on(new RunnerEvent.PauseOver(1))).containsExactly(new RunnerAction.ReadChat());
    assertThat(on(new RunnerEvent.ChatRead(retrying(5))))
        .containsExactly(new RunnerAction.StartTurn(3, retrying(5)));
  }

  @Test
  void retryThatAnotherOwnerLeft_waitsUntilItIsDue() {
    assertThat(on(new RunnerEvent.ChatRead(retrying(6))))
        .containsExactly(new RunnerAction.PauseUntil(1, DUE, Duration.ofSeconds(1)));
  }

  @Test
  void stale_meansReadAgainAndGoOnWithWhateverIsThere() {
    started();

    assertThat(on(new RunnerEvent.TaskStale(1))).containsExactly(new RunnerAction.ReadChat());
    var same = row(5, 4, ChatStatus.RUNNING, RUN);
    assertThat(on(new RunnerEvent.ChatRead(same)))
        .containsExactly(new RunnerAction.StartTurn(3, same));
  }

  @Test
  void read_takenBySomebodyElse_endsTheRunAndItsTask() {
    started();

    assertThat(on(new RunnerEvent.ChatRead(row(8, 4, ChatStatus.RUNNING, OTHER))))
        .containsExactly(new RunnerAction.CancelTask(), new RunnerAction.Detach());
  }

  @Test
  void newsOfAReplacedTask_isIgnored() {
    started();
    on(new RunnerEvent.ChatRead(row(7, 7, ChatStatus.RUNNING, RUN)));

    assertThat(on(new RunnerEvent.TaskStale(1))).isEmpty();
    assertThat(on(new RunnerEvent.TaskStuck(1))).isEmpty();
    assertThat(on(new RunnerEvent.TaskBroken(1))).isEmpty();
    assertThat(on(new RunnerEvent.TaskCommitted(1, row(6, 6, ChatStatus.RUNNING, RUN)))).isEmpty();
  }

  @Test
  void stuck_restsAndReadsAgain() {
    started();

    assertThat(on(new RunnerEvent.TaskStuck(1))).containsExactly(new RunnerAction.PauseBriefly(2));
    assertThat(on(new RunnerEvent.PauseOver(2))).containsExactly(new RunnerAction.ReadChat());
  }

  @Test
  void broken_failsTheTurn() {
    var row = started();

    assertThat(on(new RunnerEvent.TaskBroken(1)))
        .containsExactly(new RunnerAction.FailTurn(Fence.of(row)), new RunnerAction.Detach());
  }

  @Test
  void broken_afterAnotherAttempt_failsTheTurnUnderItsNewFence() {
    started();
    var row = withAttempt(row(6, 4, ChatStatus.RUNNING, RUN), 2);
    assertThat(on(new RunnerEvent.ChatRead(row))).isEmpty();

    assertThat(on(new RunnerEvent.TaskBroken(1)))
        .containsExactly(new RunnerAction.FailTurn(Fence.of(row)), new RunnerAction.Detach());
  }

  @Test
  void readingThatWasOnItsWayForLong_isOldNewsAlsoAfterADoubt() {
    started();
    on(new RunnerEvent.ChatRead(row(7, 7, ChatStatus.RUNNING, RUN)));
    on(new RunnerEvent.TaskStale(2));

    assertThat(on(new RunnerEvent.ChatRead(row(5, 4, ChatStatus.RUNNING, RUN)))).isEmpty();
    var newest = row(7, 7, ChatStatus.RUNNING, RUN);
    assertThat(on(new RunnerEvent.ChatRead(newest)))
        .containsExactly(new RunnerAction.StartTurn(4, newest));
  }

  @Test
  void drain_givesUpAfterTheNextCommit() {
    started();
    assertThat(on(new RunnerEvent.Drain())).isEmpty();
    var next = row(6, 6, ChatStatus.RUNNING, RUN);

    assertThat(on(new RunnerEvent.TaskCommitted(1, next)))
        .containsExactly(new RunnerAction.Abandon(Fence.of(next)), new RunnerAction.Detach());
  }

  @Test
  void drain_whileARetryWaits_givesUpAtOnce() {
    on(new RunnerEvent.ChatRead(retrying(5)));

    assertThat(on(new RunnerEvent.Drain()))
        .containsExactly(
            new RunnerAction.Abandon(Fence.of(retrying(5))), new RunnerAction.Detach());
  }

  @Test
  void halt_endsWithoutAnotherWrite() {
    started();

    assertThat(on(new RunnerEvent.Halt()))
        .containsExactly(new RunnerAction.CancelTask(), new RunnerAction.Detach());
  }

  private ChatRow started() {
    var row = row(5, 4, ChatStatus.RUNNING, RUN);
    on(new RunnerEvent.ChatRead(row));
    return row;
  }

  private List<RunnerAction> on(RunnerEvent event) {
    var step = state.on(event);
    state = step.next();
    return step.actions();
  }

  private static ChatRow retrying(long snapshot) {
    var row = row(snapshot, 4, ChatStatus.RUNNING, RUN);
    var error = ChatError.of(ChatError.Kind.OVERLOADED, "Too busy.", true);
    var pending = new TurnState.Retries.Pending(DUE, 1000, error);
    return new ChatRow(
        row.identity(),
        row.lifecycle(),
        new Versions(snapshot, 4, 0, 5, 1, 1),
        row.ownership(),
        new TurnState(
            List.of(),
            new TurnState.Retries(1, 0, pending),
            null,
            null,
            false,
            TurnState.Attempts.NONE),
        row.choice());
  }

  private static ChatRow withAttempt(ChatRow row, long attempt) {
    var versions = row.versions();
    return new ChatRow(
        row.identity(),
        row.lifecycle(),
        new Versions(versions.snapshot(), versions.history(), 0, 0, attempt, 0),
        row.ownership(),
        row.turn(),
        row.choice());
  }

  private static ChatRow row(long snapshot, long history, ChatStatus status, @Nullable RunId run) {
    return new ChatRow(
        new ChatRow.Identity(CHAT, new UserId(new UUID(3, 3)), null, CHAT),
        new ChatRow.Lifecycle(status, false, 0),
        new Versions(snapshot, history, 0, 0, 1, 0),
        run == null ? null : new Ownership(new ReplicaId(new UUID(4, 4)), run),
        TurnState.IDLE,
        new ModelChoice(null, null, List.of()));
  }
}
