package chatd.core.chat;

import chatd.core.message.ContentPart.ToolResult;
import chatd.core.message.MessageBody;
import java.util.ArrayList;
import java.util.HashMap;

/// What a person does to a turn: stop it, try it again, answer its tools, summarise or clear.
final class TurnDecisions {
  private static final Decision ARCHIVED = new Decision.Rejected(Refusal.Plain.ARCHIVED);
  private static final Decision BUSY = new Decision.Rejected(Refusal.Plain.BUSY);

  private TurnDecisions() {}

  static Decision interrupt(ChatFacts facts) {
    var row = facts.row();
    if (row.lifecycle().archived()) {
      return ARCHIVED;
    }
    var draft = new Draft(row, facts.now());
    return switch (row.status()) {
      case WAITING, ERROR, INTERRUPTING -> new Decision.Unchanged();
      case RUNNING ->
          row.ownership() == null
              ? draft.stopOnTheSpot(facts.queue()).accepted()
              : draft.status(ChatStatus.INTERRUPTING).accepted();
      case REQUIRES_ACTION -> goOn(draft.closeOpenCalls(ClosedCall.CANCELLED));
    };
  }

  static Decision retry(ChatFacts facts) {
    var row = facts.row();
    if (row.lifecycle().archived()) {
      return ARCHIVED;
    }
    if (row.status() != ChatStatus.ERROR) {
      return new Decision.Rejected(Refusal.Plain.NOT_FAILED);
    }
    return new Draft(row, facts.now()).turn(TurnState.IDLE).status(ChatStatus.RUNNING).accepted();
  }

  static Decision toolResults(ChatFacts facts, ChatCommand.GiveToolResults given) {
    var row = facts.row();
    if (row.lifecycle().archived()) {
      return ARCHIVED;
    }
    if (row.status() != ChatStatus.REQUIRES_ACTION) {
      return new Decision.Rejected(new Refusal.NotWaitingForTools(row.status()));
    }
    var byId = new HashMap<String, ToolResult>();
    var duplicate = new ArrayList<String>();
    for (var result : given.results()) {
      if (byId.put(result.toolCallId(), result) != null) {
        duplicate.add(result.toolCallId());
      }
    }
    var missing = new ArrayList<String>();
    var rows = new ArrayList<MessageBody>();
    for (var call : row.turn().openCalls()) {
      var result = byId.remove(call.toolCallId());
      if (result == null) {
        missing.add(call.toolCallId());
      } else {
        rows.add(MessageBody.tool(named(result, call, facts)));
      }
    }
    if (!duplicate.isEmpty() || !missing.isEmpty() || !byId.isEmpty()) {
      var unexpected = byId.keySet().stream().sorted().toList();
      return new Decision.Rejected(new Refusal.WrongResults(duplicate, unexpected, missing));
    }
    return goOn(new Draft(row, facts.now()).insert(rows));
  }

  static Decision compact(ChatFacts facts) {
    var row = facts.row();
    if (row.lifecycle().archived()) {
      return ARCHIVED;
    }
    if (row.status().isActive()) {
      return BUSY;
    }
    if (facts.firstVisible() == null) {
      return new Decision.Rejected(Refusal.Plain.NOTHING_TO_COMPACT);
    }
    return new Draft(row, facts.now())
        .turn(TurnState.IDLE.withCompactRequested(true))
        .status(ChatStatus.RUNNING)
        .accepted();
  }

  static Decision clear(ChatFacts facts) {
    var row = facts.row();
    if (row.lifecycle().archived()) {
      return ARCHIVED;
    }
    if (row.status().isActive() || row.lifecycle().queued() > 0) {
      return BUSY;
    }
    var first = facts.firstVisible();
    if (first == null && row.status() == ChatStatus.WAITING) {
      return new Decision.Unchanged();
    }
    var draft =
        new Draft(row, facts.now()).moveHistory().turn(TurnState.IDLE).status(ChatStatus.WAITING);
    if (first != null) {
      draft.effect(new Effect.Cut(first.id(), first.revision()));
    }
    return draft.accepted();
  }

  /// The turn goes on with what its calls were answered; any replica may take it.
  static Decision goOn(Draft draft) {
    return draft.turn(draft.turn().withDeadline(null)).status(ChatStatus.RUNNING).accepted();
  }

  private static ToolResult named(ToolResult result, OpenCall call, ChatFacts facts) {
    if (result.result().text().length() > ChatMachine.RESULT_BYTES_MAX) {
      return ClosedCall.RESULT_TOO_LONG.resultFor(call, facts.now());
    }
    return new ToolResult(
        call.toolCallId(),
        call.toolName(),
        result.result(),
        result.isError(),
        call.origin(),
        facts.now());
  }
}
