package chatd.bench;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
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
  private static final List<Benchmark> FIXED =
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
      description = "What to measure; everything but fuzz and chaos if nothing is named.")
  private @Nullable List<String> names;

  @Option(
      names = "--tiny",
      description = "Shows in a minute that everything works; the figures mean nothing.")
  private boolean tiny;

  @Option(
      names = "--for",
      paramLabel = "TIME",
      defaultValue = "5m",
      converter = Time.class,
      description =
          "How long fuzz or chaos goes on, such as 90s or 60m; ${DEFAULT-VALUE} if not given.")
  private Duration length = Duration.ZERO;

  @Option(
      names = "--seed",
      paramLabel = "N",
      description =
          "Where fuzz and chaos draw from; it tells the one that it drew if none is given.")
  private @Nullable Long seed;

  @Option(
      names = "--rate",
      paramLabel = "N",
      defaultValue = "120",
      description = "How many steps fuzz makes a second; ${DEFAULT-VALUE} if not given.")
  private int rate;

  @Option(
      names = "--replicas",
      paramLabel = "N",
      defaultValue = "3",
      description = "How many replicas chaos harms; ${DEFAULT-VALUE} if not given.")
  private int replicas;

  @Option(
      names = "--chats",
      paramLabel = "N",
      defaultValue = "200",
      description = "How many chats chaos has; ${DEFAULT-VALUE} if not given.")
  private int chats;

  @Option(
      names = "--chatd",
      paramLabel = "COMMAND",
      required = true,
      split = " ",
      hidden = true,
      description = "What starts chatd.")
  private List<String> chatd = List.of();

  private Main() {}

  /// Ends the process with 0 when everything ran, also if a target was missed; with 1 if a promise
  /// was broken.
  public static void main(String[] args) {
    var line = new CommandLine(new Main());
    line.getCommandSpec().usageMessage().footer(footer());
    System.exit(line.execute(args));
  }

  private static String[] footer() {
    return all(FuzzBenchmark.Wish.NONE, ChaosBenchmark.Wish.NONE).stream()
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
    var from = seed == null ? new SplittableRandom().nextLong() : seed;
    var all =
        all(
            new FuzzBenchmark.Wish(length, from, rate),
            new ChaosBenchmark.Wish(length, from, replicas, chats));
    var chosen = chosen(all, names == null ? List.of() : names);
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
    return findings.stream().anyMatch(it -> it.verdict() == Verdict.BROKEN) ? 1 : 0;
  }

  private static List<Benchmark> chosen(List<Benchmark> all, List<String> names) {
    var known = all.stream().map(Benchmark::name).toList();
    if (!known.containsAll(names)) {
      return List.of();
    }
    return all.stream()
        .filter(each -> names.isEmpty() ? !each.isOnlyIfNamed() : names.contains(each.name()))
        .toList();
  }

  /// Such as `90s` or `60m`.
  private static final class Time implements CommandLine.ITypeConverter<Duration> {
    @Override
    public Duration convert(String text) {
      return Duration.parse("PT" + text.toUpperCase(Locale.ROOT));
    }
  }

  /// Tells what it is doing.
  interface Progress {
    void tell(String line);
  }

  /// All there is, with what is wished of the fuzzer and the chaos run.
  static List<Benchmark> all(FuzzBenchmark.Wish fuzz, ChaosBenchmark.Wish chaos) {
    var all = new ArrayList<>(FIXED);
    all.add(new FuzzBenchmark(fuzz));
    all.add(new ChaosBenchmark(chaos));
    return List.copyOf(all);
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
