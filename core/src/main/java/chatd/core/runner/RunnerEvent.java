package chatd.core.runner;

import chatd.core.chat.ChatRow;

/// What a runner hears.
public sealed interface RunnerEvent {

  /// The chat was read, or a transaction of this run left it like this.
  record ChatRead(ChatRow row) implements RunnerEvent {}

  /// The chat does not exist any more.
  record ChatGone() implements RunnerEvent {}

  /// Somebody says that the chat is at this snapshot.
  record Hinted(long snapshot) implements RunnerEvent {}

  /// Task `task` is over and has committed; the chat is as `row` says.
  record TaskCommitted(long task, ChatRow row) implements RunnerEvent {}

  /// Task `task` met a fence that no longer holds.
  record TaskStale(long task) implements RunnerEvent {}

  /// Task `task` could not go on for now: the store, or this replica's sign of life, is out of
  /// reach.
  record TaskStuck(long task) implements RunnerEvent {}

  /// Task `task` met something that cannot be.
  record TaskBroken(long task) implements RunnerEvent {}

  /// The pause that task number `task` stands for is over.
  record PauseOver(long task) implements RunnerEvent {}

  /// The replica drains: the run is given up after its next commit.
  record Drain() implements RunnerEvent {}

  /// The replica may not go on with this run: it was declared dead, or its drain time is over.
  record Halt() implements RunnerEvent {}
}
