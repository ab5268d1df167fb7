package chatd.core.chat;

import chatd.core.chat.ChatCommand.Acquire;
import chatd.core.chat.ChatCommand.Release;

/// What any replica does for a chat: take it, give it back for another, let a deadline pass.
final class ReplicaDecisions {
  private static final Decision OVERTAKEN = new Decision.Rejected(Refusal.Plain.OVERTAKEN);
  private static final ChatError LOST_ITS_WORKER =
      ChatError.of(
          ChatError.Kind.GENERIC, "The turn stopped its worker repeatedly and was ended.", true);

  private ReplicaDecisions() {}

  static Decision decide(ChatFacts facts, ChatCommand.ByAnyReplica command) {
    return switch (command) {
      case Acquire acquire -> acquire(facts, acquire);
      case Release release -> release(facts, release);
      case ChatCommand.ExpireActions _ -> expireActions(facts);
    };
  }

  private static Decision acquire(ChatFacts facts, Acquire acquire) {
    var row = facts.row();
    if (row.status() != ChatStatus.RUNNING || row.ownership() != null) {
      return OVERTAKEN;
    }
    var draft = new Draft(row, facts.now()).owner(new Ownership(acquire.replica(), acquire.run()));
    // A tool round is never recorded here: its attempt says that the tools may have started.
    if (row.turn().openCalls().isEmpty()
        && row.turn().retries().pending() == null
        && !row.turn().compactRequested()) {
      WorkerDecisions.recordAttempt(draft, acquire.run());
    }
    return draft.accepted();
  }

  private static Decision release(ChatFacts facts, Release release) {
    var row = facts.row();
    var owner = row.ownership();
    if (owner == null || !owner.replica().equals(release.replica())) {
      return OVERTAKEN;
    }
    var draft = new Draft(row, facts.now());
    if (row.status() == ChatStatus.INTERRUPTING) {
      return draft.stopOnTheSpot(facts.queue()).accepted();
    }
    draft.owner(null);
    if (release.why() == Release.Why.DIED && row.versions().attempt() > 0) {
      var attempts = row.turn().attempts();
      if (attempts.takeovers() + 1 >= ChatMachine.TAKEOVERS_MAX) {
        return draft.fail(LOST_ITS_WORKER).accepted();
      }
      draft.turn(
          row.turn()
              .withAttempts(
                  new TurnState.Attempts(
                      attempts.recordedBy(), attempts.takeovers() + 1, attempts.steps())));
    }
    return draft.accepted();
  }

  private static Decision expireActions(ChatFacts facts) {
    var row = facts.row();
    var deadline = row.turn().actionDeadline();
    if (row.status() != ChatStatus.REQUIRES_ACTION
        || deadline == null
        || facts.now().isBefore(deadline)) {
      return OVERTAKEN;
    }
    return TurnDecisions.goOn(new Draft(row, facts.now()).closeOpenCalls(ClosedCall.EXPIRED));
  }
}
