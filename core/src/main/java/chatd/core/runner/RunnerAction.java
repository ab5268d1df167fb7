package chatd.core.runner;

import chatd.core.chat.ChatRow;
import chatd.core.chat.Fence;
import java.time.Duration;
import java.time.Instant;

/// What a runner asks for.
public sealed interface RunnerAction {

  /// Start task `task`: go on with the turn from this row.
  record StartTurn(long task, ChatRow row) implements RunnerAction {}

  /// Start task `task`: break off the turn in progress, if any, and commit what it accepted.
  record FinishInterruption(long task, ChatRow row) implements RunnerAction {}

  /// The task in progress is void; nothing it still does counts.
  record CancelTask() implements RunnerAction {}

  /// Answer [RunnerEvent.PauseOver] when the clock says `until`, but after `atMost` in any case:
  /// the time was set by the database's clock, which may be ahead of ours.
  record PauseUntil(long task, Instant until, Duration atMost) implements RunnerAction {}

  /// Answer [RunnerEvent.PauseOver] after this long.
  record PauseFor(long task, Duration length) implements RunnerAction {}

  /// Answer [RunnerEvent.PauseOver] in a moment.
  record PauseBriefly(long task) implements RunnerAction {}

  /// Read the chat and answer [RunnerEvent.ChatRead] or [RunnerEvent.ChatGone].
  record ReadChat() implements RunnerAction {}

  /// Give the chat up under this fence.
  record Abandon(Fence fence) implements RunnerAction {}

  /// End the turn with an error under this fence: something that cannot be was met in it.
  record FailTurn(Fence fence) implements RunnerAction {}

  /// This run is over: forget it.
  record Detach() implements RunnerAction {}
}
