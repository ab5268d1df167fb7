package chatd.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Every benchmark runs. What it finds with so little load is looked at only where load does not
/// matter.
@Tag("slow")
class TinyBenchmarksTest {

  @ParameterizedTest
  @MethodSource("names")
  @Timeout(180)
  void benchmark_withLittleLoad_findsSomething(String name) throws Exception {
    var chosen =
        Main.all(FuzzBenchmark.Wish.NONE, ChaosBenchmark.Wish.NONE).stream()
            .filter(each -> each.name().equals(name))
            .toList();

    var findings = new ArrayList<Finding>();
    Main.run(chosen, chatd(), true, _ -> {}, findings);

    assertThat(findings).isNotEmpty();
    assertThat(findings)
        .filteredOn(finding -> finding.what().matches(".*(gaps|faults|alarming).*"))
        .allMatch(finding -> finding.verdict() == Verdict.REACHED);
    assertThat(FindingTable.of(findings)).contains("| what ");
  }

  /// All but the chaos run, which has a test of its own.
  static Stream<String> names() {
    return Main.all(FuzzBenchmark.Wish.NONE, ChaosBenchmark.Wish.NONE).stream()
        .map(Benchmark::name)
        .filter(name -> !name.equals("chaos"));
  }

  /// The classes under test, without launcher and AOT cache.
  static List<String> chatd() {
    return List.of(
        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
        "-XX:+UseSerialGC",
        "-cp",
        System.getProperty("java.class.path"),
        "chatd.Main");
  }
}
