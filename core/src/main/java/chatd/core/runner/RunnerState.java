package chatd.core.runner;

import chatd.core.Step;
import chatd.core.chat.BrokenInvariant;
import chatd.core.chat.ChatRow;
import chatd.core.chat.Fence;
import chatd.core.chat.RunId;
import chatd.core.chat.TurnState;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// One run: a chat that this replica owns, the newest snapshot acted on, and the work in progress.
///
/// Tasks are numbered, so that news of a task that was replaced meanwhile is told from news of the
/// current one. `dueRetry` is the version of the newest retry whose time has come. A run that has
/// ended hears nothing any more.
public record RunnerState(
    RunId run, long seen, long task, Work work, long dueRetry, boolean draining) {

  /// The work in progress. It is replaced, never changed.
  public sealed interface Work {
    record Idle() implements Work {}

    record Turning(Fence fence) implements Work {}

    record Stopping(Fence fence) implements Work {}

    /// Until the next attempt is due (`retry` is then its version), or until the world may have got
    /// better (0).
    record Pausing(Fence fence, long retry) implements Work {}

    record Ended() implements Work {}
  }

  /// A run that was just acquired.
  public static RunnerState begin(RunId run) {
    return new RunnerState(run, 0, 0, new Work.Idle(), 0, false);
  }

  public boolean isEnded() {
    return work instanceof Work.Ended;
  }

  public Step<RunnerState, RunnerAction> on(RunnerEvent event) {
    if (isEnded()) {
      return stay();
    }
    return switch (event) {
      case RunnerEvent.ChatRead(var row) -> read(row);
      case RunnerEvent.ChatGone _, RunnerEvent.Halt _ -> end();
      case RunnerEvent.Hinted(var snapshot) ->
          snapshot > seen ? step(this, new RunnerAction.ReadChat()) : stay();
      case RunnerEvent.TaskCommitted(var ended, var row) ->
          ended == task ? committed(row) : read(row);
      case RunnerEvent.TaskStale(var ended) ->
          ended == task ? step(forget(), new RunnerAction.ReadChat()) : stay();
      case RunnerEvent.TaskStuck(var ended) -> ended == task ? pauseBriefly() : stay();
      case RunnerEvent.TaskBroken(var ended) -> ended == task ? broken() : stay();
      case RunnerEvent.PauseOver(var ended) ->
          ended == task && work instanceof Work.Pausing(_, var retry) ? goOn(retry) : stay();
      case RunnerEvent.Drain _ -> drain();
    };
  }

  private Step<RunnerState, RunnerAction> read(ChatRow row) {
    if (row.versions().snapshot() <= seen) {
      return stay(); // Old news: hints repeat and come in any order.
    }
    var owner = row.ownership();
    if (owner == null || !owner.run().equals(run)) {
      return end();
    }
    var wanted = Fence.of(row);
    return switch (row.status()) {
      case RUNNING -> running(row, wanted);
      case INTERRUPTING -> interrupting(row, wanted);
      case WAITING, ERROR, REQUIRES_ACTION -> throw new BrokenInvariant("owned while " + row);
    };
  }

  private Step<RunnerState, RunnerAction> running(ChatRow row, Fence wanted) {
    return switch (work) {
      case Work.Turning(var current) when current.isSameTask(wanted) -> saw(row);
      case Work.Pausing(var current, _) when current.isSameTask(wanted) -> saw(row);
      case Work.Turning _, Work.Stopping _ -> start(row, wanted, new RunnerAction.CancelTask());
      case Work.Idle _, Work.Pausing _ -> start(row, wanted);
      case Work.Ended _ -> throw new BrokenInvariant("a run that has ended");
    };
  }

  private Step<RunnerState, RunnerAction> interrupting(ChatRow row, Fence wanted) {
    if (work instanceof Work.Stopping(var current) && current.isSameTask(wanted)) {
      return saw(row);
    }
    var next = with(row, new Work.Stopping(wanted));
    return step(next, new RunnerAction.FinishInterruption(next.task, row));
  }

  private Step<RunnerState, RunnerAction> start(ChatRow row, Fence wanted, RunnerAction... before) {
    var actions = new ArrayList<>(List.of(before));
    if (draining) {
      actions.add(new RunnerAction.Abandon(wanted));
      actions.add(new RunnerAction.Detach());
      return new Step<>(with(row, new Work.Ended()), actions);
    }
    var pending = row.turn().retries().pending();
    if (pending != null && row.versions().retry() > dueRetry) {
      var next = with(row, new Work.Pausing(wanted, row.versions().retry()));
      actions.add(next.pause(row, pending));
      return new Step<>(next, actions);
    }
    var next = with(row, new Work.Turning(wanted));
    actions.add(new RunnerAction.StartTurn(next.task, row));
    return new Step<>(next, actions);
  }

  /// What was announced in this very snapshot is still to come as a whole. Of what another owner
  /// left the database's clock says how much is over.
  private RunnerAction pause(ChatRow row, TurnState.Retries.Pending pending) {
    var delay = Duration.ofMillis(pending.delayMillis());
    return row.versions().retry() == row.versions().snapshot()
        ? new RunnerAction.PauseFor(task, delay)
        : new RunnerAction.PauseUntil(task, pending.dueAt(), delay);
  }

  private Step<RunnerState, RunnerAction> committed(ChatRow row) {
    // The task's own transaction may have been seen already, by way of a hint.
    var newest = Math.min(seen, row.versions().snapshot() - 1);
    return state(newest, new Work.Idle()).read(row);
  }

  private Step<RunnerState, RunnerAction> goOn(long retry) {
    var next =
        new RunnerState(
            run, inDoubt(), task + 1, new Work.Idle(), Math.max(retry, dueRetry), draining);
    return step(next, new RunnerAction.ReadChat());
  }

  private Step<RunnerState, RunnerAction> pauseBriefly() {
    var fence =
        switch (work) {
          case Work.Turning(var current) -> current;
          case Work.Stopping(var current) -> current;
          case Work.Pausing(var current, _) -> current;
          case Work.Idle _, Work.Ended _ -> throw new BrokenInvariant("stuck without a task");
        };
    var next = state(inDoubt(), new Work.Pausing(fence, 0));
    return step(next, new RunnerAction.PauseBriefly(next.task));
  }

  private Step<RunnerState, RunnerAction> broken() {
    var fence =
        switch (work) {
          case Work.Turning(var current) -> current;
          case Work.Stopping(var current) -> current;
          case Work.Pausing _, Work.Idle _, Work.Ended _ ->
              throw new BrokenInvariant("broken without a task");
        };
    // Not abandoned: whoever took the chat next would meet the same, and pay for it, for ever.
    return new Step<>(
        state(seen, new Work.Ended()),
        List.of(new RunnerAction.FailTurn(fence), new RunnerAction.Detach()));
  }

  private Step<RunnerState, RunnerAction> drain() {
    var next = new RunnerState(run, seen, task, work, dueRetry, true);
    return switch (work) {
      case Work.Turning _, Work.Stopping _, Work.Idle _, Work.Ended _ ->
          new Step<>(next, List.of());
      case Work.Pausing(var fence, _) ->
          new Step<>(
              new RunnerState(run, seen, task + 1, new Work.Ended(), dueRetry, true),
              List.of(new RunnerAction.Abandon(fence), new RunnerAction.Detach()));
    };
  }

  private Step<RunnerState, RunnerAction> end() {
    var actions = new ArrayList<RunnerAction>();
    switch (work) {
      case Work.Turning _, Work.Stopping _ -> actions.add(new RunnerAction.CancelTask());
      case Work.Idle _, Work.Pausing _, Work.Ended _ -> {}
    }
    actions.add(new RunnerAction.Detach());
    return new Step<>(state(seen, new Work.Ended()), actions);
  }

  /// Whatever was known is in doubt: the next reading counts, also if it says the same.
  private RunnerState forget() {
    return state(inDoubt(), new Work.Idle());
  }

  /// Older readings stay old news: one may have been on its way for long.
  private long inDoubt() {
    return seen - 1;
  }

  private RunnerState with(ChatRow row, Work next) {
    return state(row.versions().snapshot(), next);
  }

  private RunnerState state(long nowSeen, Work next) {
    return new RunnerState(run, nowSeen, task + 1, next, dueRetry, draining);
  }

  /// The work goes on; its fence moves with the attempts that it records.
  private Step<RunnerState, RunnerAction> saw(ChatRow row) {
    var fence = Fence.of(row);
    var same =
        switch (work) {
          case Work.Turning _ -> new Work.Turning(fence);
          case Work.Stopping _ -> new Work.Stopping(fence);
          case Work.Pausing(_, var retry) -> new Work.Pausing(fence, retry);
          case Work.Idle _, Work.Ended _ -> work;
        };
    return Step.to(new RunnerState(run, row.versions().snapshot(), task, same, dueRetry, draining));
  }

  private Step<RunnerState, RunnerAction> stay() {
    return new Step<>(this, List.of());
  }

  private static Step<RunnerState, RunnerAction> step(RunnerState next, RunnerAction action) {
    return new Step<>(next, List.of(action));
  }
}
