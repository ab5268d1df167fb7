package chatd.core.chat;

import chatd.core.message.QueuedMessage;
import chatd.core.message.Role;
import java.util.List;

/// New user messages: sent, or in place of an older one.
final class SendDecisions {
  private SendDecisions() {}

  static Decision send(ChatFacts facts, ChatCommand.Send send) {
    var row = facts.row();
    if (row.lifecycle().archived()) {
      return new Decision.Rejected(Refusal.Plain.ARCHIVED);
    }
    var message = withChoice(facts, send.message());
    var draft = new Draft(row, facts.now()).choose(null, null, send.mcpServerIds());
    return switch (row.status()) {
      case WAITING -> draft.beginTurn(message).accepted();
      case ERROR -> afterError(facts, send.whenBusy(), draft, message);
      case RUNNING, INTERRUPTING, REQUIRES_ACTION ->
          whileActive(facts, send.whenBusy(), draft, message);
    };
  }

  private static Decision afterError(
      ChatFacts facts, ChatCommand.WhenBusy whenBusy, Draft draft, QueuedMessage.Body message) {
    if (facts.row().lifecycle().queued() == 0) {
      return draft.beginTurn(message).accepted();
    }
    if (whenBusy == ChatCommand.WhenBusy.REJECT) {
      return new Decision.Rejected(Refusal.Plain.BUSY);
    }
    // The head leaves as this one joins, so only the bytes can be too many.
    var rest = facts.queue().subList(1, facts.queue().size());
    if (bytes(rest) + message.encodedBytes() > facts.queueLimits().bytesMax()) {
      return new Decision.Rejected(Refusal.Plain.QUEUE_TOO_LARGE);
    }
    return draft.promoteHead(facts.queue()).enqueue(message).accepted();
  }

  private static Decision whileActive(
      ChatFacts facts, ChatCommand.WhenBusy whenBusy, Draft draft, QueuedMessage.Body message) {
    var row = facts.row();
    if (whenBusy == ChatCommand.WhenBusy.REJECT) {
      return new Decision.Rejected(Refusal.Plain.BUSY);
    }
    var stopNow =
        whenBusy == ChatCommand.WhenBusy.INTERRUPT
            && row.status() == ChatStatus.RUNNING
            && row.ownership() == null;
    if (stopNow && row.lifecycle().queued() == 0) {
      // Nobody has the turn: it is stopped here and now, and this message is next.
      return draft.closeOpenCalls(ClosedCall.CANCELLED).beginTurn(message).accepted();
    }
    if (row.lifecycle().queued() >= facts.queueLimits().messagesMax()) {
      return new Decision.Rejected(Refusal.Plain.QUEUE_FULL);
    }
    if (bytes(facts.queue()) + message.encodedBytes() > facts.queueLimits().bytesMax()) {
      return new Decision.Rejected(Refusal.Plain.QUEUE_TOO_LARGE);
    }
    draft.enqueue(message);
    if (stopNow) {
      return draft.stopOnTheSpot(facts.queue()).accepted();
    }
    if (whenBusy == ChatCommand.WhenBusy.INTERRUPT) {
      switch (row.status()) {
        case RUNNING -> draft.status(ChatStatus.INTERRUPTING);
        case REQUIRES_ACTION ->
            draft
                .closeOpenCalls(ClosedCall.CANCELLED)
                .turn(draft.turn().withDeadline(null))
                .status(ChatStatus.RUNNING);
        case INTERRUPTING, WAITING, ERROR -> {}
      }
    }
    return draft.accepted();
  }

  static Decision edit(ChatFacts facts, ChatCommand.Edit edit) {
    var row = facts.row();
    var edited = facts.edited();
    if (edited == null || edited.body().role() == Role.SYSTEM) {
      return new Decision.Rejected(Refusal.Plain.NO_SUCH_MESSAGE);
    }
    if (edited.body().role() != Role.USER) {
      return new Decision.Rejected(Refusal.Plain.NOT_A_USER_MESSAGE);
    }
    if (row.lifecycle().archived()) {
      return new Decision.Rejected(Refusal.Plain.ARCHIVED);
    }
    // Whoever owns the chat keeps it: the moved history is what makes the old work void. Its open
    // calls are among the rows that go.
    return new Draft(row, facts.now())
        .effect(new Effect.Cut(edited.id(), edited.revision()))
        .emptyQueue()
        .turn(TurnState.IDLE)
        .choose(null, null, edit.mcpServerIds())
        .beginTurn(withChoice(facts.row().choice(), edit.replacement()))
        .accepted();
  }

  /// A message keeps the model that was chosen when it was sent: its own, else that of the message
  /// before it.
  private static QueuedMessage.Body withChoice(ChatFacts facts, QueuedMessage.Body message) {
    var choice = facts.row().choice();
    if (!facts.queue().isEmpty()) {
      var last = facts.queue().getLast().body();
      choice = choice.with(last.modelConfigId(), last.reasoningEffort(), null);
    }
    return withChoice(choice, message);
  }

  private static QueuedMessage.Body withChoice(ModelChoice choice, QueuedMessage.Body message) {
    var chosen = choice.with(message.modelConfigId(), message.reasoningEffort(), null);
    return new QueuedMessage.Body(
        message.content(),
        message.createdBy(),
        chosen.modelConfigId(),
        chosen.reasoningEffort(),
        message.encodedBytes());
  }

  private static long bytes(List<QueuedMessage> queue) {
    return queue.stream().mapToLong(entry -> entry.body().encodedBytes()).sum();
  }
}
