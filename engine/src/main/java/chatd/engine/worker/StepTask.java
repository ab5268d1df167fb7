package chatd.engine.worker;

import chatd.core.chat.BrokenInvariant;
import chatd.core.chat.ChatCommand;
import chatd.core.chat.ChatCommand.CommitStep.Then;
import chatd.core.chat.ChatError;
import chatd.core.chat.ChatRow;
import chatd.core.chat.ClosedCall;
import chatd.core.chat.Fence;
import chatd.core.chat.OpenCall;
import chatd.core.message.ContentPart;
import chatd.core.message.MessageBody;
import chatd.core.message.ModelUse;
import chatd.core.message.Role;
import chatd.core.message.RowCutter;
import chatd.core.message.Usage;
import chatd.core.part.CallIds;
import chatd.core.part.Episode;
import chatd.core.part.Part;
import chatd.core.turn.ModelFault;
import chatd.core.turn.RetryPolicy;
import chatd.core.turn.TurnContext;
import chatd.core.turn.TurnPlan;
import chatd.engine.port.FailedAttempt;
import chatd.engine.port.ModelClient;
import chatd.engine.port.ModelConfig;
import chatd.engine.port.ModelException;
import chatd.engine.port.ModelRequest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Performs one step of a turn, from the plan to the commit, on a thread of its own.
final class StepTask {
  private final Turn turn;
  private final long task;
  private final Consumer<ChatRow> committed;

  /// What a step came to.
  sealed interface Result {
    record Committed(ChatRow row) implements Result {}

    record Stale() implements Result {}

    /// It cannot go on for now.
    record Stuck() implements Result {}
  }

  /// `committed` hears how the step's transaction left the chat, before anybody else does.
  StepTask(Turn turn, long task, Consumer<ChatRow> committed) {
    this.turn = turn;
    this.task = task;
    this.committed = committed;
  }

  /// @throws StoreException if the context cannot be read
  Result run(ChatRow row) {
    if (!turn.lease().allowsStart()) {
      return new Result.Stuck();
    }
    var context = turn.context();
    if (context.isNewerThan(row)) {
      return new Result.Stale();
    }
    return switch (TurnPlan.of(row, context.history(), turn.limits().steps().perTurn())) {
      case TurnPlan.AskModel ask -> askModel(row, context, ask);
      case TurnPlan.RunTools(var calls) -> runTools(row, calls);
      case TurnPlan.AwaitClient _ ->
          write(
              new ChatCommand.NeedClientAction(
                  Fence.of(row), turn.limits().patience().clientTools()));
      case TurnPlan.Fail(var error) -> fail(row, error, List.of());
    };
  }

  private Result askModel(ChatRow row, TurnContext context, TurnPlan.AskModel ask) {
    var model = model(ask.modelConfigId());
    if (model == null) {
      return fail(
          row, ChatError.of(ChatError.Kind.CONFIG, "No model is configured.", false), List.of());
    }
    var begun = begin(row, model.id());
    if (begun == null) {
      return new Result.Stale();
    }
    var attempt = begun.attempt();
    if (!turn.lease().allowsStart()) {
      attempt.end(Attempt.End.LEASE_LAPSED); // Recording it took that long.
      return new Result.Stuck();
    }
    var request =
        new ModelRequest(
            model,
            ask.prompt(),
            context.clientTools(),
            row.choice().reasoningEffort(),
            ModelRequest.Purpose.ANSWER);
    var call = turn.models().client(model).call(request);
    attempt.serve(call);
    var silence = new SilenceTimer(turn.time(), turn.limits().patience().silence(), attempt);
    silence.start();
    try {
      var own = new OwnIds(attempt, new CallIds(context.history()));
      var completion = call.run(new FirstPart(own, turn.time(), turn.telemetry()));
      return switch (attempt.complete()) {
        case COMPLETE -> commit(begun.row(), context, model, attempt, completion.usage());
        case FAILED, BROKEN_OFF -> new Result.Stale();
        case SILENT, TOO_LONG, LEASE_LAPSED -> ended(begun.row(), model, attempt, null);
      };
    } catch (ModelException e) {
      attempt.end(Attempt.End.FAILED);
      return ended(begun.row(), model, attempt, e.fault());
    } finally {
      silence.stop();
      attempt.end(Attempt.End.BROKEN_OFF);
    }
  }

  /// An attempt as the model's client sees it.
  private record OwnIds(Attempt attempt, CallIds ids) implements ModelClient.Sink {
    @Override
    public void part(Part part) {
      attempt.part(ids.fresh(part));
    }

    @Override
    public void state(ContentPart.ProviderState state) {
      attempt.state(state);
    }
  }

  private Result commit(
      ChatRow row, TurnContext context, ModelConfig model, Attempt attempt, @Nullable Usage usage) {
    var content = attempt.content();
    var callsTools =
        content.stream()
            .anyMatch(part ->
                part instanceof ContentPart.ToolCall call && !call.origin().providerExecuted());
    var result =
        write(
            new ChatCommand.CommitStep(
                Fence.of(row),
                rows(content, model.id(), withLimit(usage, model)),
                context.clientCallsIn(content),
                new ModelUse(model.id(), usage, model.prices().of(usage)),
                callsTools ? Then.CONTINUE : Then.FINISH));
    if (result instanceof Result.Committed) {
      turn.titles().stepCommitted(row, context.history(), model);
    }
    return result;
  }

  /// The attempt did not complete. Its own end comes first: what breaks it off looks like a fault.
  private Result ended(
      ChatRow row, ModelConfig model, Attempt attempt, @Nullable ModelFault fault) {
    return switch (attempt.end(Attempt.End.FAILED)) {
      case BROKEN_OFF, COMPLETE -> new Result.Stale();
      case LEASE_LAPSED -> new Result.Stuck();
      case TOO_LONG ->
          fail(
              row,
              ChatError.of(ChatError.Kind.GENERIC, "The answer is too long and was ended.", false),
              rows(attempt.content(), model.id(), null));
      case SILENT -> retryOrFail(row, silent(model));
      case FAILED -> {
        if (fault == null) {
          throw new BrokenInvariant("an attempt that failed for no reason");
        }
        yield retryOrFail(row, fault);
      }
    };
  }

  private Result retryOrFail(ChatRow row, ModelFault fault) {
    var verdict =
        turn.limits().retries().after(row.turn().retries(), fault, turn.jitter().getAsDouble());
    return switch (verdict) {
      case RetryPolicy.Verdict.TryAgain(var delay) -> {
        tell(row, fault, delay);
        yield write(
            new ChatCommand.RecordRetry(
                Fence.of(row), fault.error(), delay, fault.kind() == ModelFault.Kind.SILENT));
      }
      case RetryPolicy.Verdict.GiveUp _ -> {
        tell(row, fault, null);
        yield fail(row, fault.error(), List.of());
      }
    };
  }

  private void tell(ChatRow row, ModelFault fault, @Nullable Duration nextTry) {
    var number = row.turn().retries().failures() + 1;
    turn.telemetry()
        .attemptFailed(
            row.id(),
            new FailedAttempt(fault, number, turn.limits().retries().attemptsMax(), nextTry));
  }

  private Result runTools(ChatRow row, List<OpenCall> calls) {
    var begun = begin(row, null);
    if (begun == null) {
      return new Result.Stale();
    }
    var attempt = begun.attempt();
    var results = new ArrayList<MessageBody>();
    for (var call : calls) {
      var result = ClosedCall.NO_SUCH_TOOL.resultFor(call, turn.time().now());
      attempt.part(new Part.Whole(result));
      results.add(MessageBody.tool(result));
    }
    return switch (attempt.complete()) {
      case COMPLETE ->
          write(
              new ChatCommand.CommitStep(
                  Fence.of(begun.row()), results, Set.of(), null, Then.CONTINUE));
      case LEASE_LAPSED -> new Result.Stuck();
      case FAILED, BROKEN_OFF, SILENT, TOO_LONG -> new Result.Stale();
    };
  }

  private record Begun(ChatRow row, Attempt attempt) {}

  /// Opens the log, then makes sure that the attempt is recorded; only then may parts be numbered.
  /// Null: the chat moved on, or this task is no longer the one that counts.
  private @Nullable Begun begin(ChatRow row, @Nullable UUID model) {
    if (turn.claimRecorded(row)) {
      var claimed = turn.open(task, Episode.of(row), model);
      return claimed == null ? null : new Begun(row, claimed);
    }
    var episode = new Episode(row.versions().history(), row.versions().attempt() + 1);
    var attempt = turn.open(task, episode, model);
    if (attempt == null) {
      return null;
    }
    return switch (turn.write(task, new ChatCommand.RecordAttempt(Fence.of(row)), turn::saw)) {
      case Writes.Result.Written(var next) when isAt(next, episode) && turn.claimRecorded(next) ->
          new Begun(next, attempt);
      case Writes.Result.Written _, Writes.Result.Stale _ -> {
        attempt.end(Attempt.End.BROKEN_OFF);
        yield null;
      }
    };
  }

  private static boolean isAt(ChatRow row, Episode episode) {
    return Episode.of(row).equals(episode);
  }

  private Result fail(ChatRow row, ChatError error, List<MessageBody> rows) {
    return write(new ChatCommand.Fail(Fence.of(row), error, rows));
  }

  private Result write(ChatCommand.ByWorker command) {
    return switch (turn.write(task, command, committed)) {
      case Writes.Result.Written(var row) -> new Result.Committed(row);
      case Writes.Result.Stale _ -> new Result.Stale();
    };
  }

  private List<MessageBody> rows(List<ContentPart> content, UUID model, @Nullable Usage usage) {
    var rows = new ArrayList<MessageBody>();
    for (var piece : RowCutter.cut(content, turn.limits().steps().rowBytes())) {
      rows.add(new MessageBody(Role.ASSISTANT, piece, null, model, rows.isEmpty() ? usage : null));
    }
    return rows;
  }

  private @Nullable ModelConfig model(@Nullable UUID id) {
    var chosen = id == null ? null : turn.models().find(id).orElse(null);
    return chosen == null ? turn.models().preferred().orElse(null) : chosen;
  }

  private static @Nullable Usage withLimit(@Nullable Usage usage, ModelConfig model) {
    return usage == null
        ? null
        : new Usage(
            usage.inputTokens(),
            usage.outputTokens(),
            usage.totalTokens(),
            usage.reasoningTokens(),
            usage.cacheCreationTokens(),
            usage.cacheReadTokens(),
            model.contextLimit());
  }

  private ModelFault silent(ModelConfig model) {
    return new ModelFault(
        ModelFault.Kind.SILENT,
        new ChatError(
            "The model provider stopped sending.",
            true,
            ChatError.Kind.STREAM_SILENCE_TIMEOUT,
            null,
            model.provider(),
            null),
        null);
  }
}
