package chatd.core.chat;

import chatd.core.message.QueuedMessage;
import java.util.Optional;

/// What a person does to a message that waits.
final class QueueDecisions {
  private static final Decision NOT_QUEUED =
      new Decision.Rejected(Refusal.Plain.NO_SUCH_QUEUED_MESSAGE);

  private QueueDecisions() {}

  static Decision delete(ChatFacts facts, ChatCommand.DeleteQueued delete) {
    return find(facts, delete.queuedId())
        .<Decision>map(entry -> new Draft(facts.row(), facts.now()).dequeue(entry.id()).accepted())
        .orElse(NOT_QUEUED);
  }

  static Decision promote(ChatFacts facts, ChatCommand.Promote promote) {
    return find(facts, promote.queuedId()).map(entry -> promote(facts, entry)).orElse(NOT_QUEUED);
  }

  private static Decision promote(ChatFacts facts, QueuedMessage entry) {
    var row = facts.row();
    if (row.lifecycle().archived()) {
      return new Decision.Rejected(Refusal.Plain.ARCHIVED);
    }
    var draft = new Draft(row, facts.now());
    var isHead = facts.queue().getFirst().id() == entry.id();
    return switch (row.status()) {
      case ERROR, REQUIRES_ACTION -> runNow(draft, entry);
      case RUNNING -> {
        if (row.ownership() == null) {
          yield runNow(draft, entry);
        }
        if (!isHead) {
          draft.moveToHead(entry.id());
        }
        yield draft.status(ChatStatus.INTERRUPTING).accepted();
      }
      case INTERRUPTING ->
          isHead ? new Decision.Unchanged() : draft.moveToHead(entry.id()).accepted();
      case WAITING -> throw new BrokenInvariant("waiting with a queue");
    };
  }

  private static Decision runNow(Draft draft, QueuedMessage entry) {
    return draft
        .closeOpenCalls(ClosedCall.CANCELLED)
        .dequeue(entry.id())
        .beginTurn(entry.body())
        .accepted();
  }

  private static Optional<QueuedMessage> find(ChatFacts facts, long id) {
    return facts.queue().stream().filter(entry -> entry.id() == id).findFirst();
  }
}
