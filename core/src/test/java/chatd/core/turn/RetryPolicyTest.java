package chatd.core.turn;

import static org.assertj.core.api.Assertions.assertThat;

import chatd.core.chat.ChatError;
import chatd.core.chat.TurnState.Retries;
import chatd.core.turn.RetryPolicy.Verdict;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class RetryPolicyTest {
  private static final RetryPolicy POLICY = RetryPolicy.DEFAULT;

  @Test
  void after_eachFailure_waitsTwiceAsLongUpToAMinute() {
    var seconds = new long[] {1, 2, 4, 8, 16, 32, 60, 60};
    for (var failures = 0; failures < seconds.length; failures++) {
      assertThat(verdict(failures, 0, fault(ModelFault.Kind.DROPPED, true, null), 0.5))
          .isEqualTo(new Verdict.TryAgain(Duration.ofSeconds(seconds[failures])));
    }
  }

  @Test
  void after_jitter_staysWithinAFifthAndBelowTheLongest() {
    var fault = fault(ModelFault.Kind.REFUSED, true, null);

    assertThat(verdict(0, 0, fault, 0)).isEqualTo(new Verdict.TryAgain(Duration.ofMillis(800)));
    assertThat(verdict(0, 0, fault, 1)).isEqualTo(new Verdict.TryAgain(Duration.ofMillis(1200)));
    assertThat(verdict(20, 0, fault, 1)).isEqualTo(new Verdict.TryAgain(Duration.ofSeconds(60)));
  }

  @Test
  void after_askedToWait_waitsAsAskedWithinReason() {
    assertThat(verdict(3, 0, fault(ModelFault.Kind.REFUSED, true, Duration.ofSeconds(7)), 0.5))
        .isEqualTo(new Verdict.TryAgain(Duration.ofSeconds(7)));
    assertThat(verdict(0, 0, fault(ModelFault.Kind.REFUSED, true, Duration.ofDays(1)), 0.5))
        .isEqualTo(new Verdict.TryAgain(Duration.ofMinutes(10)));
  }

  @Test
  void after_whatCannotHelp_givesUpAtOnce() {
    assertThat(verdict(0, 0, fault(ModelFault.Kind.REFUSED, false, null), 0.5))
        .isEqualTo(new Verdict.GiveUp());
  }

  @Test
  void after_tooManyAttemptsOrSilences_givesUp() {
    var dropped = fault(ModelFault.Kind.DROPPED, true, null);
    var silent = fault(ModelFault.Kind.SILENT, true, null);

    assertThat(verdict(23, 0, dropped, 0.5)).isInstanceOf(Verdict.TryAgain.class);
    assertThat(verdict(24, 0, dropped, 0.5)).isEqualTo(new Verdict.GiveUp());
    assertThat(verdict(1, 1, silent, 0.5)).isInstanceOf(Verdict.TryAgain.class);
    assertThat(verdict(2, 2, silent, 0.5)).isEqualTo(new Verdict.GiveUp());
    assertThat(verdict(2, 2, dropped, 0.5)).isInstanceOf(Verdict.TryAgain.class);
  }

  private static Verdict verdict(int failures, int silences, ModelFault fault, double jitter) {
    return POLICY.after(new Retries(failures, silences, null), fault, jitter);
  }

  private static ModelFault fault(
      ModelFault.Kind kind, boolean retryable, @Nullable Duration retryAfter) {
    return new ModelFault(
        kind, ChatError.of(ChatError.Kind.GENERIC, "It failed.", retryable), retryAfter);
  }
}
