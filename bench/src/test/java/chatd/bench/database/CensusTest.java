package chatd.bench.database;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class CensusTest {

  @Test
  void caused_leavesOutPollsTransactionsAndConnectionChecks() {
    var counted =
        Census.of(List.of("BEGIN", "select 1", "poll", "poll", "poll", "", "select 1", "COMMIT"));
    var idle = Map.of("poll", 6L);

    assertThat(Census.caused(counted, idle, 0.5)).isEqualTo(Map.of("select 1", 2.0));
  }

  @Test
  void caused_ofAPollThatIsAlsoCaused_isWhatExceedsThePoll() {
    var counted = Map.of("poll", 23L);

    assertThat(Census.caused(counted, Map.of("poll", 6L), 0.5)).isEqualTo(Map.of("poll", 20.0));
  }

  @Test
  void difference_tellsWhatCameSince() {
    assertThat(Census.difference(Map.of("a", 1L, "b", 2L), Map.of("a", 3L, "b", 2L, "c", 1L)))
        .isEqualTo(Map.of("a", 2L, "c", 1L));
  }
}
