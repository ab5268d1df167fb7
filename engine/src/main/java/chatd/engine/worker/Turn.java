package chatd.engine.worker;

import chatd.core.chat.ChatCommand;
import chatd.core.chat.ChatRow;
import chatd.core.chat.RunId;
import chatd.core.message.ChatId;
import chatd.core.part.Episode;
import chatd.core.runner.RunnerEvent;
import chatd.core.turn.TurnContext;
import chatd.engine.port.ModelCatalog;
import chatd.engine.port.Telemetry;
import chatd.engine.port.Time;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.DoubleSupplier;
import org.jspecify.annotations.Nullable;

/// One run's side of a step: its writes, its attempts, and the way back to its runner.
final class Turn {
  private final ChatId chat;
  private final RunId run;
  private final WorkerWorld world;
  private final Lease lease;
  private final Titles titles;
  private final Writes writes;
  private final Consumer<RunnerEvent> runner;
  private Episode claimed = new Episode(0, 0);
  private long task;
  private volatile @Nullable Attempt current;

  Turn(
      ChatRow row,
      RunId run,
      WorkerWorld world,
      Lease lease,
      Titles titles,
      Consumer<RunnerEvent> runner) {
    this.chat = row.id();
    this.run = run;
    this.world = world;
    this.lease = lease;
    this.titles = titles;
    this.runner = runner;
    this.writes =
        new Writes(
            chat,
            world.storage().chats(),
            time(),
            telemetry(),
            world.limits().patience().trouble());
  }

  /// Nothing is opened any more until a task begins; what is open is broken off.
  void end() {
    begin(0);
  }

  /// From now on only task number `next` opens attempts; what an older one opened is broken off.
  void begin(long next) {
    @Nullable Attempt old;
    synchronized (this) {
      task = next;
      old = current;
    }
    if (old != null) {
      old.end(Attempt.End.BROKEN_OFF);
    }
  }

  /// Writes for this task. Once another has begun nothing is tried again for it: a stop must not
  /// wait behind a write that never comes through.
  Writes.Result write(long writer, ChatCommand.ByWorker command, Consumer<ChatRow> first) {
    var result = writes.write(command, first, () -> isCurrent(writer));
    if (command instanceof ChatCommand.CommitStep && result instanceof Writes.Result.Written) {
      telemetry().happened(Telemetry.Happening.STEP_COMMITTED, 1);
    }
    return result;
  }

  private synchronized boolean isCurrent(long other) {
    return other == task;
  }

  /// Breaks off what this task opened, unless another one has begun.
  void breakOff(long failed) {
    @Nullable Attempt old;
    synchronized (this) {
      old = task == failed ? current : null;
    }
    if (old != null) {
      old.end(Attempt.End.BROKEN_OFF);
    }
  }

  /// Whether the row's attempt was recorded by this run and not used yet; then it is used now. One
  /// that another run recorded, or that parts were numbered under before, is never gone on with.
  synchronized boolean claimRecorded(ChatRow row) {
    var episode = Episode.of(row);
    var mine =
        row.isLive()
            && run.equals(row.turn().attempts().recordedBy())
            && episode.isLaterThan(claimed);
    if (mine) {
      claimed = episode;
    }
    return mine;
  }

  /// A fresh log, and the attempt that fills it. Null: another task has begun, which alone may say
  /// what viewers see and whom a stop breaks off.
  synchronized @Nullable Attempt open(long opener, Episode episode, @Nullable UUID model) {
    if (!isCurrent(opener)) {
      return null;
    }
    var attempt =
        new Attempt(
            episode,
            model,
            world.generation().logs().open(chat, episode),
            world.generation().encoder(),
            time(),
            lease,
            limits().steps().liveTextBytes());
    current = attempt;
    return attempt;
  }

  /// The newest attempt of this run.
  @Nullable Attempt current() {
    return current;
  }

  /// Tells the runner how a transaction left the chat.
  void saw(ChatRow row) {
    runner.accept(new RunnerEvent.ChatRead(row));
  }

  TurnContext context() {
    return world.storage().store().context(chat);
  }

  ChatId chat() {
    return chat;
  }

  Writes writes() {
    return writes;
  }

  Lease lease() {
    return lease;
  }

  Titles titles() {
    return titles;
  }

  WorkerLimits limits() {
    return world.limits();
  }

  ModelCatalog models() {
    return world.generation().models();
  }

  Time time() {
    return world.runtime().time();
  }

  Telemetry telemetry() {
    return world.runtime().telemetry();
  }

  DoubleSupplier jitter() {
    return world.runtime().jitter();
  }
}
