package chatd.core.chat;

import chatd.core.chat.ChatFacts.Need;
import chatd.core.message.MessageBody;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/// The durable state machine of a chat: facts and a command in, what changes out.
///
/// Each family of commands decides in a class of its own; here every answer is held to the
/// [TransitionTable].
public final class ChatMachine {
  /// How often a turn may lose its worker in one step before it fails.
  public static final int TAKEOVERS_MAX = 3;

  /// The longest result of one call, encoded, in bytes.
  public static final int RESULT_BYTES_MAX = 1 << 20;

  private ChatMachine() {}

  /// What has to be loaded, besides the row and the time, before `command` can be decided. A chat
  /// without queued messages never needs its queue.
  public static Set<Need> needs(ChatCommand command, ChatRow row) {
    Set<Need> queue = row.lifecycle().queued() > 0 ? Set.of(Need.QUEUE) : Set.of();
    return switch (command) {
      case ChatCommand.Send _,
          ChatCommand.DeleteQueued _,
          ChatCommand.Promote _,
          ChatCommand.Interrupt _,
          ChatCommand.Release _,
          ChatCommand.Abandon _,
          ChatCommand.FinishTurn _,
          ChatCommand.FinishInterruption _ ->
          queue;
      case ChatCommand.CommitStep step ->
          step.then() == ChatCommand.CommitStep.Then.FINISH ? queue : Set.of();
      case ChatCommand.Edit _ -> Set.of(Need.EDITED_MESSAGE);
      case ChatCommand.Archive _, ChatCommand.Unarchive _, ChatCommand.Delete _ ->
          Set.of(Need.CHILDREN);
      case ChatCommand.Compact _, ChatCommand.Clear _ -> Set.of(Need.FIRST_VISIBLE_MESSAGE);
      case ChatCommand.Retry _,
          ChatCommand.GiveToolResults _,
          ChatCommand.ExpireActions _,
          ChatCommand.Acquire _,
          ChatCommand.RecordAttempt _,
          ChatCommand.RecordRetry _,
          ChatCommand.NeedClientAction _,
          ChatCommand.Fail _ ->
          Set.of();
    };
  }

  /// What the command does to the chat.
  public static Decision decide(ChatFacts facts, ChatCommand command) {
    var decision =
        switch (command) {
          case ChatCommand.ByUser byUser
              when !facts.row().identity().user().equals(byUser.user()) ->
              new Decision.Rejected(Refusal.Plain.NOT_YOURS);
          case ChatCommand.ByUser byUser -> byUser(facts, byUser);
          case ChatCommand.ByWorker byWorker -> WorkerDecisions.decide(facts, byWorker);
          case ChatCommand.ByAnyReplica byAny -> ReplicaDecisions.decide(facts, byAny);
        };
    return held(facts.row().state(), CommandKind.of(command), decision);
  }

  private static Decision byUser(ChatFacts facts, ChatCommand.ByUser command) {
    return switch (command) {
      case ChatCommand.Send send -> SendDecisions.send(facts, send);
      case ChatCommand.Edit edit -> SendDecisions.edit(facts, edit);
      case ChatCommand.DeleteQueued delete -> QueueDecisions.delete(facts, delete);
      case ChatCommand.Promote promote -> QueueDecisions.promote(facts, promote);
      case ChatCommand.Interrupt _ -> TurnDecisions.interrupt(facts);
      case ChatCommand.Retry _ -> TurnDecisions.retry(facts);
      case ChatCommand.GiveToolResults given -> TurnDecisions.toolResults(facts, given);
      case ChatCommand.Compact _ -> TurnDecisions.compact(facts);
      case ChatCommand.Clear _ -> TurnDecisions.clear(facts);
      case ChatCommand.Archive _ -> FamilyDecisions.archive(facts);
      case ChatCommand.Unarchive _ -> FamilyDecisions.unarchive(facts);
      case ChatCommand.Delete _ -> FamilyDecisions.delete(facts);
    };
  }

  /// The first row and the first messages of a new chat.
  public static Decision.Accepted create(ChatCommand.Create command) {
    var rows = new ArrayList<MessageBody>(command.systemRows());
    rows.add(command.first());
    var row =
        new ChatRow(
            command.identity(),
            new ChatRow.Lifecycle(ChatStatus.RUNNING, false, 0),
            Versions.NONE.nextSnapshot().historyMoved(),
            null,
            TurnState.IDLE,
            command.choice());
    return new Decision.Accepted(row, List.of(new Effect.Insert(rows)));
  }

  private static Decision held(ChatState from, CommandKind kind, Decision decision) {
    var allowed =
        switch (decision) {
          case Decision.Accepted accepted when deletes(accepted) ->
              TransitionTable.deletes(kind, from);
          case Decision.Accepted(var row, _) ->
              TransitionTable.targets(kind, from).contains(row.state());
          case Decision.Unchanged _ -> TransitionTable.mayBeUnchanged(kind, from);
          case Decision.Rejected _ -> true;
        };
    if (!allowed) {
      throw new BrokenInvariant(kind.words() + " in " + from + " led to " + decision);
    }
    return decision;
  }

  private static boolean deletes(Decision.Accepted accepted) {
    return accepted.effects().stream().anyMatch(Effect.DeleteFamily.class::isInstance);
  }
}
