package chatd.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// The `bench/run` command: runs benchmarks and prints what they found.
@Command(
    name = "bench/run",
    mixinStandardHelpOptions = true,
    version = "",
    description = "Measures chatd, and prints each figure beside what it has to be.")
public final class Main implements Callable<Integer> {
  private static final List<Benchmark> ALL =
      List.of(
          new StartBenchmark(),
          new StatementsBenchmark(),
          new StreamBenchmark(),
          new StalledBenchmark(),
          new JoinBenchmark(),
          new MemoryBenchmark(),
          new RemoteBenchmark(),
          new TakeoverBenchmark(),
          new DrainBenchmark(),
          new FanOutBenchmark(),
          new CutsBenchmark(),
          new SpreadBenchmark());

  @Parameters(
      paramLabel = "NAME",
      arity = "0..*",
      description = "What to measure; everything if nothing is named.")
  private @Nullable List<String> names;

  @Option(
      names = "--tiny",
      description = "Shows in a minute that everything works; the figures mean nothing.")
  private boolean tiny;

  @Option(
      names = "--chatd",
      paramLabel = "COMMAND",
      required = true,
      split = " ",
      hidden = true,
      description = "What starts chatd.")
  private List<String> chatd = List.of();

  private Main() {}

  /// Ends the process with 0 when everything ran, also if a target was missed.
  public static void main(String[] args) {
    var line = new CommandLine(new Main());
    line.getCommandSpec().usageMessage().footer(footer());
    System.exit(line.execute(args));
  }

  private static String[] footer() {
    return ALL.stream()
        .map(each -> "  %-12s%s".formatted(each.name(), each.about()))
        .collect(
            Collectors.collectingAndThen(
                Collectors.toList(),
                lines -> {
                  var all = new ArrayList<>(List.of("", "What can be measured:"));
                  all.addAll(lines);
                  return all.toArray(String[]::new);
                }));
  }

  @Override
  public Integer call() throws Exception {
    var chosen = chosen(names == null ? List.of() : names);
    if (chosen.isEmpty()) {
      System.err.println("There is nothing of this name to measure; see --help.");
      return 2;
    }
    var findings = new ArrayList<Finding>();
    try {
      run(chosen, chatd, tiny, System.err::println, findings);
    } finally { // A benchmark that breaks off does not take the figures of others with it.
      System.out.println(FindingTable.of(findings));
    }
    return 0;
  }

  private static List<Benchmark> chosen(List<String> names) {
    var known = ALL.stream().map(Benchmark::name).toList();
    if (!known.containsAll(names)) {
      return List.of();
    }
    return ALL.stream().filter(each -> names.isEmpty() || names.contains(each.name())).toList();
  }

  /// Tells what it is doing.
  interface Progress {
    void tell(String line);
  }

  static List<Benchmark> all() {
    return ALL;
  }

  /// Measures, and adds what each benchmark found.
  static void run(
      List<Benchmark> chosen,
      List<String> chatd,
      boolean tiny,
      Progress progress,
      List<Finding> findings)
      throws Exception {
    try (var ground = new Ground(chatd)) {
      for (var benchmark : chosen) {
        progress.tell("bench: " + benchmark.name() + ": " + benchmark.about());
        findings.addAll(benchmark.run(ground, tiny));
      }
    }
  }
}
