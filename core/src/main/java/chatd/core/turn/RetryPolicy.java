package chatd.core.turn;

import chatd.core.chat.TurnState.Retries;
import java.time.Duration;

/// When a failed model request is tried again.
///
/// `attemptsMax` bounds the attempts of one step, `silencesMax` those of them that ended in
/// silence. The delay starts at `first`, doubles to at most `longest`, and varies by a fifth either
/// way.
public record RetryPolicy(
    int attemptsMax, int silencesMax, Duration first, Duration longest, Duration askedLongest) {

  public static final RetryPolicy DEFAULT =
      new RetryPolicy(25, 3, Duration.ofSeconds(1), Duration.ofSeconds(60), Duration.ofMinutes(10));

  /// What follows a failed attempt.
  public sealed interface Verdict {
    record TryAgain(Duration delay) implements Verdict {}

    record GiveUp() implements Verdict {}
  }

  /// `before` counts the failures before this one; `jitter` is drawn from 0 to 1.
  public Verdict after(Retries before, ModelFault fault, double jitter) {
    if (!fault.error().retryable() || before.failures() + 1 >= attemptsMax) {
      return new Verdict.GiveUp();
    }
    if (fault.kind() == ModelFault.Kind.SILENT && before.silences() + 1 >= silencesMax) {
      return new Verdict.GiveUp();
    }
    return new Verdict.TryAgain(delay(before.failures(), fault, jitter));
  }

  private Duration delay(int failures, ModelFault fault, double jitter) {
    var asked = fault.retryAfter();
    if (asked != null) {
      return asked.compareTo(askedLongest) > 0 ? askedLongest : asked;
    }
    var doubled = first.toMillis() << Math.min(failures, 30);
    var capped = Math.min(doubled, longest.toMillis());
    return Duration.ofMillis(Math.min(longest.toMillis(), (long) (capped * (0.8 + 0.4 * jitter))));
  }
}
