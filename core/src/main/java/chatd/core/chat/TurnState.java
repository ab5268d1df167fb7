package chatd.core.chat;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What a turn has to remember between its transactions. All of it is cleared when the turn ends.
public record TurnState(
    List<OpenCall> openCalls,
    Retries retries,
    @Nullable Failure failure,
    @Nullable Instant actionDeadline,
    boolean compactRequested,
    Attempts attempts) {

  public static final TurnState IDLE =
      new TurnState(List.of(), Retries.NONE, null, null, false, Attempts.NONE);

  public TurnState {
    openCalls = List.copyOf(openCalls);
  }

  /// Failed attempts of the current step. `silences` are those of them in which the provider fell
  /// silent; `pending` is the announced retry that waits for its time.
  public record Retries(int failures, int silences, @Nullable Pending pending) {
    public static final Retries NONE = new Retries(0, 0, null);

    /// The time is the database's.
    public record Pending(Instant dueAt, long delayMillis, ChatError error) {}
  }

  /// The failure that put the chat into `ERROR`, and the snapshot in which it did.
  public record Failure(ChatError error, long snapshot) {}

  /// Who recorded the current attempt, how often a turn's worker died in this step, and how many
  /// steps the turn has committed.
  public record Attempts(@Nullable RunId recordedBy, int takeovers, int steps) {
    public static final Attempts NONE = new Attempts(null, 0, 0);
  }

  TurnState withOpenCalls(List<OpenCall> calls) {
    return new TurnState(calls, retries, failure, actionDeadline, compactRequested, attempts);
  }

  TurnState withRetries(Retries value) {
    return new TurnState(openCalls, value, failure, actionDeadline, compactRequested, attempts);
  }

  TurnState withFailure(@Nullable Failure value) {
    return new TurnState(openCalls, retries, value, actionDeadline, compactRequested, attempts);
  }

  TurnState withDeadline(@Nullable Instant value) {
    return new TurnState(openCalls, retries, failure, value, compactRequested, attempts);
  }

  TurnState withCompactRequested(boolean value) {
    return new TurnState(openCalls, retries, failure, actionDeadline, value, attempts);
  }

  TurnState withAttempts(Attempts value) {
    return new TurnState(openCalls, retries, failure, actionDeadline, compactRequested, value);
  }
}
