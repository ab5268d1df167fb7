package chatd.engine.worker;

import chatd.core.chat.ChatCommand;
import chatd.core.chat.ChatRow;
import chatd.core.chat.Refusal;
import chatd.core.message.ChatId;
import chatd.engine.chats.Chats;
import chatd.engine.loop.Pause;
import chatd.engine.port.Outcome;
import chatd.engine.port.StoreException;
import chatd.engine.port.Telemetry;
import chatd.engine.port.Time;
import java.time.Duration;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// The writes of one run, one at a time. Each is fenced, so one whose outcome is not known, or that
/// could not be made, is simply made again: at most one of the tries counts.
final class Writes {
  private final ChatId chat;
  private final Chats chats;
  private final Time time;
  private final Telemetry telemetry;
  private final Duration trouble;
  private final ReentrantLock oneAtATime = new ReentrantLock();
  private volatile boolean closed;
  private volatile @Nullable Pause pause;

  /// The result of a write.
  sealed interface Result {
    record Written(ChatRow row) implements Result {}

    /// The fence does not hold: read again.
    record Stale() implements Result {}
  }

  Writes(ChatId chat, Chats chats, Time time, Telemetry telemetry, Duration trouble) {
    this.chat = chat;
    this.chats = chats;
    this.time = time;
    this.telemetry = telemetry;
    this.trouble = trouble;
  }

  /// Writes until it is written, refused, no longer `wanted`, or the run is over. `first` hears of
  /// the new row before anybody else does.
  ///
  /// @throws StoreException of kind BROKEN if the store cannot take this
  Result write(ChatCommand.ByWorker command, Consumer<ChatRow> first, BooleanSupplier wanted) {
    oneAtATime.lock();
    try {
      while (!closed && wanted.getAsBoolean()) {
        try {
          return switch (chats.apply(
              chat, command, null, done -> first.accept(done.chat().row()))) {
            case Outcome.Done done -> new Result.Written(done.chat().row());
            case Outcome.Unchanged(var now) -> new Result.Written(now.row());
            case Outcome.Refused(Refusal.Plain why, _) when why == Refusal.Plain.STALE ->
                new Result.Stale();
            case Outcome.Missing _ -> new Result.Stale();
            case Outcome.Refused _, Outcome.Replayed _, Outcome.KeyReused _, Outcome.KeyInUse _ ->
                throw new IllegalStateException("a fenced write without a key was refused");
          };
        } catch (StoreException e) {
          if (e.kind() == StoreException.Kind.BROKEN) {
            throw e;
          }
          telemetry.trouble("writing chat " + chat, e);
          rest();
        }
      }
      return new Result.Stale();
    } finally {
      oneAtATime.unlock();
    }
  }

  /// No further try is made.
  void close() {
    closed = true;
    var current = pause;
    if (current != null) {
      current.end();
    }
  }

  private void rest() {
    var current = new Pause();
    pause = current;
    if (!closed) {
      try {
        current.await(time, trouble);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        closed = true;
      }
    }
    pause = null;
  }
}
