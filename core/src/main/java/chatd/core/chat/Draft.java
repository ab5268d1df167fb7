package chatd.core.chat;

import chatd.core.message.ContentPart.ToolCall;
import chatd.core.message.ContentPart.ToolResult;
import chatd.core.message.MessageBody;
import chatd.core.message.QueuedMessage;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// A transaction being decided: the row as it will be, and the effects so far. It knows the rules
/// that several commands share; what a command means stands with the command.
final class Draft {
  private final ChatRow before;
  private final Instant now;
  private final List<Effect> effects = new ArrayList<>();
  private final List<MessageBody> rows = new ArrayList<>();

  private ChatStatus status;
  private boolean archived;
  private int queued;
  private Versions versions;
  private @Nullable Ownership ownership;
  private TurnState turn;
  private ModelChoice choice;
  private boolean historyMoves;

  Draft(ChatRow before, Instant now) {
    this.before = before;
    this.now = now;
    status = before.status();
    archived = before.lifecycle().archived();
    queued = before.lifecycle().queued();
    versions = before.versions().nextSnapshot();
    ownership = before.ownership();
    turn = before.turn();
    choice = before.choice();
  }

  Decision.Accepted accepted() {
    if (!rows.isEmpty()) {
      effects.add(new Effect.Insert(rows));
    }
    if (historyMoves) {
      versions = versions.historyMoved();
      turn =
          turn.withRetries(TurnState.Retries.NONE)
              .withAttempts(new TurnState.Attempts(null, 0, turn.attempts().steps()));
    }
    var row =
        new ChatRow(
            before.identity(),
            new ChatRow.Lifecycle(status, archived, queued),
            versions,
            ownership,
            turn,
            choice);
    return new Decision.Accepted(row, effects);
  }

  Draft status(ChatStatus value) {
    status = value;
    if (!value.isOwnable()) {
      ownership = null;
    }
    return this;
  }

  Draft archived(boolean value) {
    archived = value;
    return this;
  }

  Draft owner(@Nullable Ownership value) {
    ownership = value;
    return this;
  }

  Draft turn(TurnState value) {
    turn = value;
    return this;
  }

  TurnState turn() {
    return turn;
  }

  Draft versions(Versions value) {
    versions = value;
    return this;
  }

  Versions versions() {
    return versions;
  }

  Draft effect(Effect effect) {
    effects.add(effect);
    return this;
  }

  Draft choose(@Nullable UUID model, @Nullable String effort, @Nullable List<UUID> mcpServers) {
    choice = choice.with(model, effort, mcpServers);
    return this;
  }

  /// History changes in this transaction, also if no row does.
  Draft moveHistory() {
    historyMoves = true;
    return this;
  }

  /// Rows with the calls they open and close; no client runs any of them.
  Draft insert(List<MessageBody> bodies) {
    return insert(bodies, Set.of());
  }

  /// Likewise; `clientCalls` are the ids of calls that the client runs.
  Draft insert(List<MessageBody> bodies, Set<String> clientCalls) {
    var open = new ArrayList<>(turn.openCalls());
    for (var body : bodies) {
      for (var part : body.content()) {
        switch (part) {
          case ToolCall call when !call.origin().providerExecuted() ->
              open.add(
                  new OpenCall(
                      versions.snapshot(),
                      call.toolCallId(),
                      call.toolName(),
                      clientCalls.contains(call.toolCallId()),
                      call.origin()));
          case ToolResult result ->
              open.removeIf(call -> call.toolCallId().equals(result.toolCallId()));
          default -> {}
        }
      }
    }
    turn = turn.withOpenCalls(open);
    rows.addAll(bodies);
    historyMoves |= !bodies.isEmpty();
    return this;
  }

  /// Every open call gets a result that says why it has none of its own.
  Draft closeOpenCalls(ClosedCall why) {
    for (var call : turn.openCalls()) {
      rows.add(why.rowFor(call, now));
      historyMoves = true;
    }
    turn = turn.withOpenCalls(List.of());
    return this;
  }

  /// A user's message enters history and its turn starts. Open calls have been closed before.
  Draft beginTurn(QueuedMessage.Body message) {
    if (!turn.openCalls().isEmpty()) {
      throw new BrokenInvariant("a user message after an open call");
    }
    turn = TurnState.IDLE;
    status(ChatStatus.RUNNING);
    choose(message.modelConfigId(), message.reasoningEffort(), null);
    return insert(
        List.of(MessageBody.user(message.content(), message.createdBy(), message.modelConfigId())));
  }

  Draft enqueue(QueuedMessage.Body message) {
    effects.add(new Effect.Enqueue(message));
    queued++;
    versions = versions.queueMoved();
    return this;
  }

  Draft dequeue(long id) {
    effects.add(new Effect.Dequeue(id));
    queued--;
    versions = versions.queueMoved();
    return this;
  }

  Draft moveToHead(long id) {
    effects.add(new Effect.MoveToHead(id));
    versions = versions.queueMoved();
    return this;
  }

  Draft emptyQueue() {
    if (queued > 0) {
      effects.add(new Effect.EmptyQueue());
      queued = 0;
      versions = versions.queueMoved();
    }
    return this;
  }

  /// The head of the queue enters history and its turn starts.
  Draft promoteHead(List<QueuedMessage> queue) {
    if (queue.isEmpty()) {
      throw new BrokenInvariant("the queue counts " + queued + " but none was loaded");
    }
    var head = queue.getFirst();
    return dequeue(head.id()).beginTurn(head.body());
  }

  /// The turn is over: the head of the queue goes on under the same owner, or the chat waits.
  Draft endTurn(List<QueuedMessage> queue, ClosedCall openCalls) {
    closeOpenCalls(openCalls);
    if (queued > 0) {
      return promoteHead(queue);
    }
    turn = TurnState.IDLE;
    return status(ChatStatus.WAITING);
  }

  /// A stop is finished without a partial answer, for a chat that nobody has.
  Draft stopOnTheSpot(List<QueuedMessage> queue) {
    moveHistory().owner(null);
    return endTurn(queue, ClosedCall.CANCELLED);
  }

  Draft fail(ChatError error) {
    closeOpenCalls(ClosedCall.UNANSWERED);
    if (versions.attempt() > 0) {
      versions = versions.attemptFailed();
    }
    turn = TurnState.IDLE.withFailure(new TurnState.Failure(error, versions.snapshot()));
    return status(ChatStatus.ERROR);
  }
}
