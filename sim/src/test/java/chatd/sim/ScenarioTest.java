package chatd.sim;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ScenarioTest {
  @Test
  void sameSeed_sameRun() {
    for (var seed = 0; seed < 10; seed++) {
      var once = new Scenario(seed, false).run();
      var again = new Scenario(seed, true).run();

      assertThat(again.sum()).isEqualTo(once.sum());
      assertThat(again.events()).isEqualTo(once.events());
      assertThat(again.evaluated()).isEqualTo(once.evaluated());
    }
  }

  @Test
  void differentSeeds_differentRuns() {
    assertThat(new Scenario(1, false).run().sum()).isNotEqualTo(new Scenario(2, false).run().sum());
  }

  @Test
  void whatHappens_isTold() {
    assertThat(new Scenario(3, true).run().trace())
        .anyMatch(line -> line.contains(" store "))
        .anyMatch(line -> line.contains(" viewer "))
        .anyMatch(line -> line.contains(" link "))
        .anyMatch(line -> line.contains(" hint "));
  }
}
