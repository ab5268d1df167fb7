package chatd.engine.worker;

import chatd.core.chat.ChatCommand;
import chatd.core.chat.ChatError;
import chatd.core.chat.ChatRow;
import chatd.core.chat.ChatStatus;
import chatd.core.chat.Fence;
import chatd.core.chat.RunId;
import chatd.core.message.ChatId;
import chatd.core.runner.RunnerAction;
import chatd.core.runner.RunnerEvent;
import chatd.core.runner.RunnerState;
import chatd.engine.loop.Mailbox;
import chatd.engine.loop.Subscription;
import chatd.engine.port.StoreException;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;

/// The loop of one run: hears what happens to its chat, and carries out what [RunnerState] answers.
/// Steps and stops are tasks on threads of their own, which report back as events.
final class Runner {
  private static final ChatError BROKEN =
      ChatError.of(ChatError.Kind.GENERIC, "The turn was ended by an internal error.", true);

  private final ChatId chat;
  private final RunId run;
  private final boolean root;
  private final WorkerWorld world;
  private final DatabaseClock databaseClock;
  private final Turn turn;
  private final Consumer<Runner> detached;
  private final Mailbox<RunnerEvent> mailbox = new Mailbox<>();
  private final Subscription hints;
  private RunnerState state;

  /// What all runs of a worker have in common.
  record Own(Lease lease, Titles titles, DatabaseClock databaseClock) {}

  Runner(ChatRow row, RunId run, WorkerWorld world, Own own, Consumer<Runner> detached) {
    this.chat = row.id();
    this.run = run;
    this.root = row.identity().isRoot();
    this.world = world;
    this.detached = detached;
    this.state = RunnerState.begin(run);
    this.databaseClock = own.databaseClock();
    this.turn = new Turn(row, run, world, own.lease(), own.titles(), this::tell);
    this.hints =
        world
            .storage()
            .hints()
            .subscribe(chat, hint -> tell(new RunnerEvent.Hinted(hint.versions().snapshot())));
  }

  RunId run() {
    return run;
  }

  boolean isRoot() {
    return root;
  }

  /// The attempt that this row names may have been used by a runner that is gone: this one takes
  /// another.
  void leaveAttempt(ChatRow row) {
    var _ = turn.claimRecorded(row);
  }

  /// Goes on from this row.
  void start(ChatRow row) {
    tell(new RunnerEvent.ChatRead(row));
    world.runtime().threads().newThread(this::loop).start();
  }

  void tell(RunnerEvent event) {
    mailbox.post(event);
  }

  /// Ends the run where it is; nothing more is written for it.
  void halt() {
    turn.writes().close();
    tell(new RunnerEvent.Halt());
  }

  private void loop() {
    world.runtime().telemetry().turnStarted(chat);
    try {
      while (!state.isEnded()) {
        for (var event : mailbox.take()) {
          var step = state.on(event);
          state = step.next();
          step.actions().forEach(this::perform);
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException e) {
      world.runtime().telemetry().broken("run of chat " + chat + " in " + state, e);
    } finally {
      detach();
    }
  }

  private void perform(RunnerAction action) {
    switch (action) {
      case RunnerAction.StartTurn(var task, var row) -> startStep(task, row);
      case RunnerAction.FinishInterruption(var task, var row) -> startStop(task, row);
      case RunnerAction.CancelTask _ -> turn.end();
      case RunnerAction.PauseUntil(var task, var until, var atMost) ->
          pause(task, databaseClock.until(until, atMost));
      case RunnerAction.PauseFor(var task, var length) -> pause(task, length);
      case RunnerAction.PauseBriefly(var task) -> pause(task, world.limits().patience().trouble());
      case RunnerAction.ReadChat _ -> inBackground(this::read);
      case RunnerAction.Abandon(var fence) -> writeInBackground(new ChatCommand.Abandon(fence));
      case RunnerAction.FailTurn(var fence) -> writeInBackground(failing(fence));
      case RunnerAction.Detach _ -> {} // The loop ends by itself.
    }
  }

  private void startStep(long task, ChatRow row) {
    turn.begin(task);
    inBackground(() -> {
      try {
        var step =
            new StepTask(turn, task, next -> tell(new RunnerEvent.TaskCommitted(task, next)));
        switch (step.run(row)) {
          case StepTask.Result.Committed _ -> {}
          case StepTask.Result.Stale _ -> tell(new RunnerEvent.TaskStale(task));
          case StepTask.Result.Stuck _ -> tell(new RunnerEvent.TaskStuck(task));
        }
      } catch (RuntimeException | Error e) {
        failed(task, e);
      }
    });
  }

  private void startStop(long task, ChatRow row) {
    var stop = new StopTask(turn, task, next -> tell(new RunnerEvent.TaskCommitted(task, next)));
    var attempt = stop.breakOff();
    inBackground(() -> {
      try {
        switch (stop.run(row, attempt)) {
          case Writes.Result.Written _ -> {}
          case Writes.Result.Stale _ -> tell(new RunnerEvent.TaskStale(task));
        }
      } catch (RuntimeException | Error e) {
        failed(task, e);
      }
    });
  }

  private void failed(long task, Throwable cause) {
    turn.breakOff(task);
    if (cause instanceof StoreException fault && fault.kind() != StoreException.Kind.BROKEN) {
      world.runtime().telemetry().trouble("turn of chat " + chat, fault);
      tell(new RunnerEvent.TaskStuck(task));
    } else {
      world.runtime().telemetry().broken("turn of chat " + chat, cause);
      tell(new RunnerEvent.TaskBroken(task));
    }
  }

  private void read() {
    try {
      world
          .storage()
          .store()
          .find(chat)
          .ifPresentOrElse(
              found -> tell(new RunnerEvent.ChatRead(found.row())),
              () -> tell(new RunnerEvent.ChatGone()));
    } catch (StoreException e) {
      // The audit comes by every second and asks for another reading if this one mattered.
      world.runtime().telemetry().trouble("reading chat " + chat, e);
    }
  }

  private void writeInBackground(ChatCommand.ByWorker last) {
    inBackground(() -> {
      try {
        turn.writes().write(last, _ -> {}, () -> true);
      } catch (RuntimeException e) {
        // The audit finds the chat without a runner, and tries again.
        world.runtime().telemetry().broken("giving up chat " + chat, e);
      }
    });
  }

  private static ChatCommand.ByWorker failing(Fence fence) {
    return fence.status() == ChatStatus.INTERRUPTING
        ? new ChatCommand.FinishInterruption(fence, List.of())
        : new ChatCommand.Fail(fence, BROKEN, List.of());
  }

  private void pause(long task, Duration length) {
    var wait = length.isNegative() ? Duration.ZERO : length;
    var _ = world.runtime().time().after(wait, () -> tell(new RunnerEvent.PauseOver(task)));
  }

  private void inBackground(Runnable body) {
    world.runtime().threads().newThread(body).start();
  }

  private void detach() {
    hints.end();
    mailbox.close();
    turn.end();
    world.runtime().telemetry().turnEnded(chat);
    detached.accept(this);
  }
}
