package chatd.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Two minutes in which replicas, networks and the database fail at random: nobody sees anything
/// that was not promised. How long it took is looked at elsewhere.
@Tag("slow")
class ChaosBenchmarkTest {
  @Test
  @Timeout(300)
  void everythingFailsAtRandom_noPromiseIsBroken() throws Exception {
    var wish = ChaosBenchmark.Wish.NONE.withSeed(System.nanoTime());
    var findings = new ArrayList<Finding>();
    Main.run(
        List.of(new ChaosBenchmark(wish)), TinyBenchmarksTest.chatd(), true, _ -> {}, findings);
    System.out.println(FindingTable.of(findings));

    var violations = Path.of("target", "logs", "chaos-violations.txt");
    assertThat(findings)
        .as("seed %d, %s: %s", wish.seed(), violations, Files.readString(violations))
        .noneMatch(finding -> finding.verdict() == Verdict.BROKEN);
    assertThat(findings)
        .filteredOn(finding -> finding.what().equals("chaos, parts delivered"))
        .noneMatch(finding -> finding.measured().equals("0"));
  }
}
