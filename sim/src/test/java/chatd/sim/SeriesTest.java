package chatd.sim;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/// A small series in one process; `sim/run` runs large ones in several.
class SeriesTest {
  private static final int SEEDS = 150;

  @Test
  void everyScenarioKeepsEveryPromise_andIsOfTheSizeThatIsMeant() {
    Map<String, Long> evaluated = new TreeMap<>();
    var events = new ArrayList<Long>();
    for (var seed = 0; seed < SEEDS; seed++) {
      var report = new Scenario(seed, false).run();
      assertThat(report.violation()).as("sim/run --seed %d", seed).isNull();
      assertThat(report.faults().values().stream().mapToLong(Long::longValue).sum())
          .isGreaterThanOrEqualTo(10);
      assertThat(report.commands().get("create")).isGreaterThanOrEqualTo(3);
      report.evaluated().forEach((promise, n) -> evaluated.merge(promise.name(), n, Long::sum));
      events.add(report.events());
    }
    Collections.sort(events);
    assertThat(events.get(SEEDS / 2)).isGreaterThanOrEqualTo(500);
    assertThat(evaluated).allSatisfy((promise, times) -> assertThat(times).isPositive());
  }

  @Test
  void whatNeverCameAbout_isNamed() {
    var tally = new Tally();
    tally.read("fault 0 kill");
    tally.read("fault 2 drain");
    tally.read("evaluated 0 P5");
    tally.read("evaluated 3 P5");

    assertThat(tally.never()).containsExactly("kill");
  }
}
