package chatd.core.chat;

import static chatd.core.chat.TestChats.ADA;
import static chatd.core.chat.TestChats.ERROR;
import static chatd.core.chat.TestChats.NOW;
import static chatd.core.chat.TestChats.REPLICA;
import static chatd.core.chat.TestChats.RUN;
import static chatd.core.chat.TestChats.assistant;
import static chatd.core.chat.TestChats.body;
import static chatd.core.chat.TestChats.call;
import static chatd.core.chat.TestChats.facts;
import static chatd.core.chat.TestChats.message;
import static chatd.core.chat.TestChats.result;
import static chatd.core.chat.TestChats.row;
import static chatd.core.chat.TestChats.user;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import chatd.core.chat.ChatCommand.CommitStep;
import chatd.core.chat.ChatCommand.CommitStep.Then;
import chatd.core.chat.ChatCommand.WhenBusy;
import chatd.core.message.ContentPart;
import chatd.core.message.ContentPart.Text;
import chatd.core.message.ContentPart.ToolResult;
import chatd.core.message.MessageBody;
import chatd.core.message.Role;
import chatd.core.message.UserId;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/// What commands write besides the state they lead to: the order of history, the fate of open
/// calls, versions, and who goes on owning the chat.
class TurnStoryTest {
  private static final UUID MODEL = new UUID(7, 7);

  @Test
  void finishInterruption_partialWithOpenCallAndQueue_ordersOldPartialCancelledNew() {
    var stopped = row(ChatState.INTERRUPTING_QUEUED, true, 1);

    var done =
        accept(
            stopped,
            new ChatCommand.FinishInterruption(
                Fence.of(stopped), List.of(assistant(new Text("Let me "), call("c1")))));

    var rows = inserted(done);
    assertThat(rows)
        .extracting(MessageBody::role)
        .containsExactly(Role.ASSISTANT, Role.TOOL, Role.USER);
    assertThat(rows.get(1).content().getFirst())
        .isInstanceOfSatisfying(
            ToolResult.class,
            cancelled -> {
              assertThat(cancelled.isError()).isTrue();
              assertThat(cancelled.toolCallId()).isEqualTo("c1");
            });
    assertThat(rows.get(2).content()).containsExactly(new Text("queued 1"));
    assertThat(done.row().ownership()).isEqualTo(new Ownership(REPLICA, RUN));
    assertThat(done.row().turn().openCalls()).isEmpty();
  }

  @Test
  void finishInterruption_withoutRows_stillRaisesHistory() {
    var stopped = row(ChatState.INTERRUPTING, true, 0);

    var done = accept(stopped, new ChatCommand.FinishInterruption(Fence.of(stopped), List.of()));

    assertThat(inserted(done)).isEmpty();
    assertThat(done.row().versions().history()).isEqualTo(23);
    assertThat(done.row().versions().attempt()).isZero();
  }

  @Test
  void interruptOfUnownedTurn_finishesOnTheSpotWithTheHeadOfTheQueue() {
    var done = accept(row(ChatState.RUNNING_QUEUED, false, 2), new ChatCommand.Interrupt(ADA));

    assertThat(inserted(done))
        .extracting(MessageBody::content)
        .containsExactly(List.of(new Text("queued 1")));
    assertThat(done.row().state()).isEqualTo(ChatState.RUNNING_QUEUED);
    assertThat(done.row().ownership()).isNull();
  }

  @Test
  void sendWithInterrupt_unownedAndEmptyQueue_isTheNextMessageAtOnce() {
    var done = accept(row(ChatState.RUNNING, false, 0), send("now", WhenBusy.INTERRUPT));

    assertThat(inserted(done))
        .extracting(MessageBody::content)
        .containsExactly(List.of(new Text("now")));
    assertThat(done.effects()).hasSize(1);
  }

  @Test
  void send_afterErrorWithQueue_joinsTheTailWhileTheHeadRuns() {
    var done = accept(row(ChatState.ERROR_QUEUED, false, 20), send("new", WhenBusy.QUEUE));

    assertThat(done.effects())
        .containsSubsequence(List.of(new Effect.Dequeue(1), new Effect.Enqueue(body("new"))));
    assertThat(inserted(done).getFirst().content()).containsExactly(new Text("queued 1"));
    assertThat(done.row().lifecycle().queued()).isEqualTo(20);
    assertThat(done.row().turn().failure()).isNull();
  }

  @Test
  void send_queueFull_isRefusedAlsoWithInterruptAndStopsNothing() {
    for (var whenBusy : List.of(WhenBusy.QUEUE, WhenBusy.INTERRUPT)) {
      assertThat(decide(row(ChatState.RUNNING_QUEUED, true, 20), send("x", whenBusy)))
          .isEqualTo(new Decision.Rejected(Refusal.Plain.QUEUE_FULL));
    }
  }

  @Test
  void send_queueTooLarge_isRefused() {
    var big =
        new ChatCommand.Send(
            ADA,
            new chatd.core.message.QueuedMessage.Body(List.of(), ADA, null, null, 3 << 20),
            null,
            WhenBusy.QUEUE);

    assertThat(decide(row(ChatState.RUNNING, true, 0), big)).isInstanceOf(Decision.Accepted.class);
    assertThat(decide(row(ChatState.RUNNING_QUEUED, true, 1), big))
        .isEqualTo(new Decision.Rejected(Refusal.Plain.QUEUE_TOO_LARGE));
  }

  @Test
  void send_withoutModel_keepsTheModelOfTheMessageBefore() {
    var first =
        new ChatCommand.Send(
            ADA,
            new chatd.core.message.QueuedMessage.Body(List.of(), ADA, MODEL, "low", 2),
            null,
            WhenBusy.QUEUE);

    var started = accept(row(ChatState.WAITING, false, 0), first).row();
    var next = accept(started, send("more", WhenBusy.QUEUE));

    assertThat(started.choice().modelConfigId()).isEqualTo(MODEL);
    assertThat(next.effects())
        .singleElement()
        .isInstanceOfSatisfying(
            Effect.Enqueue.class,
            queued -> {
              assertThat(queued.message().modelConfigId()).isEqualTo(MODEL);
              assertThat(queued.message().reasoningEffort()).isEqualTo("low");
            });
  }

  @Test
  void edit_whileRunning_keepsTheOwnerAndVoidsItsWork() {
    var running = row(ChatState.RUNNING_QUEUED, true, 2);

    var done = accept(running, new ChatCommand.Edit(ADA, 3, body("other"), null));

    assertThat(done.effects())
        .containsExactly(
            new Effect.Cut(3, 9),
            new Effect.EmptyQueue(),
            new Effect.Insert(List.of(user("other"))));
    assertThat(done.row().ownership()).isEqualTo(running.ownership());
    assertThat(Fence.of(running).holds(done.row())).isFalse();
    assertThat(decide(done.row(), commit(Fence.of(running), Then.FINISH)))
        .isEqualTo(new Decision.Rejected(Refusal.Plain.STALE));
  }

  @Test
  void edit_ofAnythingButAUserMessage_isRefused() {
    var chat = row(ChatState.WAITING, false, 0);
    var edit = new ChatCommand.Edit(ADA, 3, body("other"), null);

    assertThat(ChatMachine.decide(facts(chat, null, List.of()), edit))
        .isEqualTo(new Decision.Rejected(Refusal.Plain.NO_SUCH_MESSAGE));
    assertThat(
            ChatMachine.decide(facts(chat, message(3, assistant(new Text("a"))), List.of()), edit))
        .isEqualTo(new Decision.Rejected(Refusal.Plain.NOT_A_USER_MESSAGE));
  }

  @Test
  void anyCommandOfAPerson_onAForeignChat_isAsIfItWereNotThere() {
    assertThat(decide(row(ChatState.WAITING, false, 0), new ChatCommand.Clear(new UserId(MODEL))))
        .isEqualTo(new Decision.Rejected(Refusal.Plain.NOT_YOURS));
  }

  @Test
  void acquire_beforeAModelRequest_recordsItsAttempt() {
    var taken = accept(row(ChatState.RUNNING, false, 0), acquire()).row();

    assertThat(taken.versions().attempt()).isEqualTo(2);
    assertThat(taken.turn().attempts().recordedBy()).isEqualTo(RUN);
  }

  @Test
  void acquire_beforeAToolRoundOrWhileARetryWaits_recordsNone() {
    var calls = accept(owned(), commitWithCall()).row();
    var withCalls = accept(calls, new ChatCommand.Abandon(Fence.of(calls))).row();
    assertThat(accept(withCalls, acquire()).row().versions().attempt()).isZero();

    var retrying = accept(owned(), recordRetry(owned())).row();
    var released = accept(retrying, new ChatCommand.Abandon(Fence.of(retrying))).row();
    var retaken = accept(released, acquire()).row();
    assertThat(retaken.versions().attempt()).isEqualTo(1);
    assertThat(retaken.phase()).isEqualTo(Phase.RETRYING);
  }

  @Test
  void recordRetry_repeatedBecauseItsAnswerWasLost_countsOnce() {
    var retrying = accept(owned(), recordRetry(owned())).row();

    assertThat(decide(retrying, recordRetry(retrying)))
        .isEqualTo(new Decision.Rejected(Refusal.Plain.STALE));
  }

  @Test
  void commitStep_withCalls_keepsThemOpenUntilTheirResults() {
    var afterCall = accept(owned(), commitWithCall()).row();
    assertThat(afterCall.turn().openCalls())
        .extracting(OpenCall::toolCallId, OpenCall::revision)
        .containsExactly(org.assertj.core.groups.Tuple.tuple("c1", 23L));
    assertThat(afterCall.phase()).isEqualTo(Phase.TOOLS);

    var afterResult =
        accept(
                afterCall,
                new CommitStep(
                    Fence.of(afterCall),
                    List.of(MessageBody.tool(result("c1"))),
                    Set.of(),
                    null,
                    Then.CONTINUE))
            .row();
    assertThat(afterResult.turn().openCalls()).isEmpty();
    assertThat(afterResult.turn().attempts().steps()).isEqualTo(2);
    assertThat(afterResult.phase()).isEqualTo(Phase.GENERATING);
  }

  @Test
  void commitStep_twice_countsOnce() {
    var running = owned();
    var command = commit(Fence.of(running), Then.FINISH);
    var once = accept(running, command).row();

    assertThat(decide(once, command)).isEqualTo(new Decision.Rejected(Refusal.Plain.STALE));
  }

  @Test
  void recordAttempt_twiceUnderOneFence_isRefusedTheSecondTime() {
    var running = owned();
    var command = new ChatCommand.RecordAttempt(Fence.of(running));
    var once = accept(running, command).row();

    assertThat(once.versions().attempt()).isEqualTo(2);
    assertThat(decide(once, command)).isEqualTo(new Decision.Rejected(Refusal.Plain.STALE));
  }

  @Test
  void recordRetry_voidsTheAttemptForEver() {
    var retrying = accept(owned(), recordRetry(owned())).row();

    assertThat(retrying.isLive()).isFalse();
    assertThat(retrying.versions().failedAttempt()).isEqualTo(1);
    assertThat(retrying.turn().retries().pending())
        .isEqualTo(new TurnState.Retries.Pending(NOW.plusSeconds(1), 1000, ERROR));

    var again = accept(retrying, new ChatCommand.RecordAttempt(Fence.of(retrying))).row();
    assertThat(again.isLive()).isTrue();
    assertThat(again.turn().retries()).isEqualTo(new TurnState.Retries(1, 0, null));
  }

  @Test
  void fail_thenCompactOrRetry_neverRevivesTheFailedAttempt() {
    var failed = accept(owned(), new ChatCommand.Fail(Fence.of(owned()), ERROR, List.of())).row();
    assertThat(failed.turn().failure()).isEqualTo(new TurnState.Failure(ERROR, 23));

    for (var command : List.of(new ChatCommand.Compact(ADA), new ChatCommand.Retry(ADA))) {
      var goingOn = accept(failed, command).row();
      assertThat(goingOn.versions().history()).isEqualTo(9);
      assertThat(goingOn.isLive()).isFalse();
    }
    var retried = accept(failed, new ChatCommand.Retry(ADA)).row();
    assertThat(accept(retried, acquire()).row().versions().attempt()).isEqualTo(2);
  }

  @Test
  void fail_withOpenCalls_answersThemSoThatNoneIsLeft() {
    var calls = accept(owned(), commitWithCall()).row();

    var failed = accept(calls, new ChatCommand.Fail(Fence.of(calls), ERROR, List.of()));

    assertThat(inserted(failed)).extracting(MessageBody::role).containsExactly(Role.TOOL);
    assertThat(failed.row().turn().openCalls()).isEmpty();
  }

  @Test
  void release_afterTheThirdDeathInOneStep_failsTheTurn() {
    var chat = owned();
    for (var death = 1; death < ChatMachine.TAKEOVERS_MAX; death++) {
      var released = accept(chat, released(ChatCommand.Release.Why.DIED)).row();
      assertThat(released.turn().attempts().takeovers()).isEqualTo(death);
      chat = accept(released, acquire()).row();
    }
    assertThat(accept(chat, released(ChatCommand.Release.Why.DRAINED)).row().status())
        .isEqualTo(ChatStatus.RUNNING);
    assertThat(accept(chat, released(ChatCommand.Release.Why.DIED)).row().status())
        .isEqualTo(ChatStatus.ERROR);
  }

  @Test
  void release_ofSomebodyElsesChat_changesNothing() {
    assertThat(
            decide(
                owned(),
                new ChatCommand.Release(new ReplicaId(MODEL), ChatCommand.Release.Why.DIED)))
        .isEqualTo(new Decision.Rejected(Refusal.Plain.OVERTAKEN));
  }

  @Test
  void toolResults_notMatchingTheOpenCalls_areRefusedWithTheirIds() {
    var waiting = row(ChatState.REQUIRES_ACTION, false, 0);
    var given =
        new ChatCommand.GiveToolResults(ADA, List.of(result("c2"), result("c2"), result("c3")));

    assertThat(decide(waiting, given))
        .isEqualTo(
            new Decision.Rejected(
                new Refusal.WrongResults(List.of("c2"), List.of("c2", "c3"), List.of("c1"))));
  }

  @Test
  void needClientAction_withServerCallsOpen_isABug() {
    var calls = accept(owned(), commitWithCall()).row();

    assertThatThrownBy(() ->
            decide(calls, new ChatCommand.NeedClientAction(Fence.of(calls), Duration.ofMinutes(5))))
        .isInstanceOf(BrokenInvariant.class);
  }

  @Test
  void archive_withAnActiveSubChat_changesNothingOfTheFamily() {
    var root = row(ChatState.WAITING, false, 0);
    var child = row(ChatState.RUNNING, true, 0);

    assertThat(ChatMachine.decide(facts(root, null, List.of(child)), new ChatCommand.Archive(ADA)))
        .isEqualTo(new Decision.Rejected(Refusal.Plain.FAMILY_ACTIVE));
  }

  private static ChatRow owned() {
    return row(ChatState.RUNNING, true, 0);
  }

  private static ChatCommand acquire() {
    return new ChatCommand.Acquire(REPLICA, RUN);
  }

  private static ChatCommand released(ChatCommand.Release.Why why) {
    return new ChatCommand.Release(REPLICA, why);
  }

  private static ChatCommand recordRetry(ChatRow row) {
    return new ChatCommand.RecordRetry(Fence.of(row), ERROR, Duration.ofSeconds(1), false);
  }

  private static ChatCommand commitWithCall() {
    return new CommitStep(
        Fence.of(owned()), List.of(assistant(call("c1"))), Set.of(), null, Then.CONTINUE);
  }

  private static ChatCommand commit(Fence fence, Then then) {
    ContentPart text = new Text("Hello");
    return new CommitStep(fence, List.of(assistant(text)), Set.of(), null, then);
  }

  private static ChatCommand send(String text, WhenBusy whenBusy) {
    return new ChatCommand.Send(ADA, body(text), null, whenBusy);
  }

  private static Decision decide(ChatRow row, ChatCommand command) {
    return ChatMachine.decide(facts(row), command);
  }

  private static Decision.Accepted accept(ChatRow row, ChatCommand command) {
    var decision = decide(row, command);
    assertThat(decision).isInstanceOf(Decision.Accepted.class);
    return (Decision.Accepted) decision;
  }

  private static List<MessageBody> inserted(Decision.Accepted accepted) {
    return accepted.effects().stream()
        .mapMulti((Effect effect, java.util.function.Consumer<MessageBody> rows) -> {
          if (effect instanceof Effect.Insert(var bodies)) {
            bodies.forEach(rows);
          }
        })
        .toList();
  }
}
