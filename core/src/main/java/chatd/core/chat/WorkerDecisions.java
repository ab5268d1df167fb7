package chatd.core.chat;

import chatd.core.chat.ChatCommand.CommitStep;
import chatd.core.chat.ChatCommand.NeedClientAction;
import chatd.core.chat.ChatCommand.RecordRetry;
import chatd.core.chat.TurnState.Attempts;
import chatd.core.chat.TurnState.Retries;
import chatd.core.message.MessageBody;
import chatd.core.message.ModelUse;
import chatd.core.message.Role;
import java.util.List;

/// What the owner of a chat writes, each under its fence.
final class WorkerDecisions {
  private static final Decision STALE = new Decision.Rejected(Refusal.Plain.STALE);

  private WorkerDecisions() {}

  static Decision decide(ChatFacts facts, ChatCommand.ByWorker command) {
    var row = facts.row();
    if (!command.fence().holds(row)) {
      return STALE;
    }
    var draft = new Draft(row, facts.now());
    return switch (command) {
      case ChatCommand.Abandon _ ->
          row.status() == ChatStatus.INTERRUPTING
              ? draft.stopOnTheSpot(facts.queue()).accepted()
              : draft.owner(null).accepted();
      case ChatCommand.FinishInterruption finish ->
          row.status() == ChatStatus.INTERRUPTING
              ? brokenOff(draft, finish.partial())
                  .moveHistory()
                  .insert(finish.partial())
                  .endTurn(facts.queue(), ClosedCall.CANCELLED)
                  .accepted()
              : STALE;
      case ChatCommand.RecordAttempt _,
          RecordRetry _,
          CommitStep _,
          NeedClientAction _,
          ChatCommand.FinishTurn _,
          ChatCommand.Fail _ ->
          row.status() == ChatStatus.RUNNING ? whileRunning(facts, draft, command) : STALE;
    };
  }

  private static Decision whileRunning(ChatFacts facts, Draft draft, ChatCommand.ByWorker command) {
    return switch (command) {
      case ChatCommand.RecordAttempt(var fence) -> recordAttempt(draft, fence.run()).accepted();
      case RecordRetry retry -> recordRetry(facts, draft, retry);
      case CommitStep step -> commitStep(facts, draft, step);
      case NeedClientAction need -> needClientAction(facts, draft, need);
      case ChatCommand.FinishTurn _ ->
          draft.endTurn(facts.queue(), ClosedCall.UNANSWERED).accepted();
      case ChatCommand.Fail(_, var error, var rows) ->
          brokenOff(draft, rows).insert(rows).fail(error).accepted();
      case ChatCommand.Abandon _, ChatCommand.FinishInterruption _ ->
          throw new BrokenInvariant("decided before");
    };
  }

  /// A request of which something is kept was made, although the provider did not come to say what
  /// it took.
  private static Draft brokenOff(Draft draft, List<MessageBody> kept) {
    kept.stream()
        .filter(row -> row.role() == Role.ASSISTANT)
        .findFirst()
        .map(row -> new Effect.RecordUsage(ModelUse.unknown(row.modelConfigId())))
        .ifPresent(draft::effect);
    return draft;
  }

  static Draft recordAttempt(Draft draft, RunId run) {
    var retries = draft.turn().retries();
    var attempts = draft.turn().attempts();
    return draft
        .versions(draft.versions().attemptRecorded())
        .turn(
            draft
                .turn()
                .withRetries(new Retries(retries.failures(), retries.silences(), null))
                .withAttempts(new Attempts(run, attempts.takeovers(), attempts.steps())));
  }

  private static Decision recordRetry(ChatFacts facts, Draft draft, RecordRetry retry) {
    var before = draft.turn().retries();
    if (before.pending() != null) {
      // Nothing else in the fence tells a repeat, made because the answer was lost, from the first.
      return STALE;
    }
    var pending =
        new Retries.Pending(
            facts.now().plus(retry.delay()), retry.delay().toMillis(), retry.error());
    return draft
        .versions(draft.versions().retryAnnounced())
        .turn(
            draft
                .turn()
                .withRetries(
                    new Retries(
                        before.failures() + 1,
                        before.silences() + (retry.wasSilence() ? 1 : 0),
                        pending)))
        .accepted();
  }

  private static Decision commitStep(ChatFacts facts, Draft draft, CommitStep step) {
    if (step.rows().isEmpty()) {
      throw new BrokenInvariant("a step without rows");
    }
    var attempts = draft.turn().attempts();
    draft
        .turn(
            draft
                .turn()
                .withAttempts(
                    new Attempts(
                        attempts.recordedBy(), attempts.takeovers(), attempts.steps() + 1)))
        .insert(step.rows(), step.clientCalls());
    if (step.use() != null) {
      draft.effect(new Effect.RecordUsage(step.use()));
    }
    return switch (step.then()) {
      case CONTINUE -> draft.accepted();
      case FINISH -> draft.endTurn(facts.queue(), ClosedCall.UNANSWERED).accepted();
    };
  }

  private static Decision needClientAction(ChatFacts facts, Draft draft, NeedClientAction need) {
    List<OpenCall> open = draft.turn().openCalls();
    if (open.isEmpty() || !open.stream().allMatch(OpenCall::byClient)) {
      throw new BrokenInvariant("nothing, or not only, for the client to do");
    }
    return draft
        .turn(draft.turn().withDeadline(facts.now().plus(need.allowed())))
        .status(ChatStatus.REQUIRES_ACTION)
        .accepted();
  }
}
