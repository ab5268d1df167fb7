package chatd.sim;

import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// Runs scenarios and reports.
@Command(
    name = "sim/run",
    mixinStandardHelpOptions = true,
    description = "Simulates deployments under faults and checks what chatd promises.")
public final class Main implements Callable<Integer> {
  @Option(names = "--seeds", description = "How many seeds (default: ${DEFAULT-VALUE}).")
  private long seeds = 1000;

  @Option(names = "--first", description = "The first of them (default: ${DEFAULT-VALUE}).")
  private long first;

  @Option(names = "--seed", description = "One seed, with the trace of its last events.")
  private Long seed = -1L;

  @Option(names = "--work", hidden = true, description = "The share of a process: number/of.")
  private String work = "";

  public static void main(String[] arguments) {
    System.exit(new CommandLine(new Main()).execute(arguments));
  }

  @Override
  public Integer call() throws Exception {
    if (seed >= 0) {
      return replay();
    }
    if (!work.isEmpty()) {
      var share = work.split("/", 2);
      return Series.work(first, seeds, Integer.parseInt(share[0]), Integer.parseInt(share[1]));
    }
    return new Series(first, seeds).run();
  }

  private int replay() {
    var report = new Scenario(seed, true).run();
    report.trace().forEach(System.out::println);
    System.out.println("events: " + report.events() + ", sum: " + report.sum());
    System.out.println(
        "seed " + seed + ": " + (report.violation() == null ? "green" : report.violation()));
    return report.violation() == null ? 0 : 1;
  }
}
