package chatd.bench.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import chatd.bench.chaos.Takeovers.How;
import chatd.strict.StrictClient.Episode;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class TakeoversTest {
  private static final Episode FIRST = new Episode(1, 1);
  private static final Episode NEXT = new Episode(1, 2);

  private final AtomicInteger faults = new AtomicInteger();
  private final Takeovers takeovers = new Takeovers(faults::get);

  @Test
  void theNextAttempt_isTimedFromTheDeath() {
    takeovers.part("c", "a", FIRST, 10);
    takeovers.lost(How.KILLED, "a", 20);
    takeovers.part("c", "a", FIRST, 30); // It was on its way.
    takeovers.part("c", "b", NEXT, 50);
    takeovers.part("c", "b", NEXT, 60);
    assertThat(takeovers.alone(How.KILLED)).containsExactly(30L);
    assertThat(takeovers.all(How.FROZEN)).isEmpty();
  }

  @Test
  void whatAnotherFaultMayHaveProlonged_isToldApart() {
    takeovers.part("c", "a", FIRST, 10);
    takeovers.lost(How.FROZEN, "a", 20);
    faults.incrementAndGet();
    takeovers.part("c", "b", NEXT, 50);
    assertThat(takeovers.alone(How.FROZEN)).isEmpty();
    assertThat(takeovers.all(How.FROZEN)).containsExactly(30L);
  }

  @Test
  void whatOthersMake_orSomebodyStopped_isNotTimed() {
    takeovers.part("c", "b", FIRST, 10);
    takeovers.part("d", "a", FIRST, 10);
    takeovers.lost(How.KILLED, "a", 20);
    takeovers.part("c", "b", NEXT, 50);
    takeovers.part("d", "b", new Episode(2, 1), 60);
    assertThat(takeovers.all(How.KILLED)).isEmpty();
  }
}
