package chatd.sim;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/// Many seeds, on as many threads as there are processors, up to the first that fails.
final class Series {
  private static final long MINUTE = 60_000_000_000L;

  private final long first;
  private final long count;
  private final AtomicLong next;
  private final AtomicBoolean isOver = new AtomicBoolean();
  private final Map<Promise, Long> evaluated = new TreeMap<>();
  private final Map<String, Long> faults = new TreeMap<>();
  private final Map<String, Long> commands = new TreeMap<>();
  private final List<Long> events = new ArrayList<>();
  private Scenario.@Nullable Report failed;

  Series(long first, long count) {
    this.first = first;
    this.count = count;
    this.next = new AtomicLong(first);
  }

  int run() throws InterruptedException {
    var begun = System.nanoTime();
    var threads = new ArrayList<Thread>();
    var troubles = new ConcurrentLinkedQueue<Throwable>();
    for (var i = 0; i < Runtime.getRuntime().availableProcessors(); i++) {
      var thread = new Thread(this::work, "simulation-" + i);
      thread.setUncaughtExceptionHandler((_, trouble) -> troubles.add(trouble));
      threads.add(thread);
      thread.start();
    }
    for (var thread : threads) {
      thread.join();
    }
    if (!troubles.isEmpty()) {
      throw new IllegalStateException("a scenario could not be run", troubles.peek());
    }
    return report(System.nanoTime() - begun);
  }

  private void work() {
    while (!isOver.get()) {
      var seed = next.getAndIncrement();
      if (seed >= first + count) {
        return;
      }
      var report = new Scenario(seed, false).run();
      if (seed % 50 == 0) {
        var again = new Scenario(seed, false).run();
        if (again.sum() != report.sum()) {
          throw new IllegalStateException("seed " + seed + " is not the same twice");
        }
      }
      add(report);
    }
  }

  private synchronized void add(Scenario.Report report) {
    report.evaluated().forEach((promise, times) -> evaluated.merge(promise, times, Long::sum));
    report.faults().forEach((fault, times) -> faults.merge(fault, times, Long::sum));
    report.commands().forEach((command, times) -> commands.merge(command, times, Long::sum));
    events.add(report.events());
    if (report.violation() != null
        && (failed == null || report.seed() < failed.seed())) {
      failed = report;
      isOver.set(true);
    }
    if (events.size() % 1000 == 0) {
      System.err.println("sim: " + events.size() + " of " + count + " seeds, all green");
    }
  }

  private int report(long nanos) {
    print("evaluated", evaluated);
    print("faults", faults);
    print("commands", commands);
    events.sort(null);
    System.out.printf(
        Locale.ROOT,
        "%,d scenarios in %.1f s, %,.0f a minute; events: median %,d, fewest %,d%n",
        events.size(),
        nanos / 1e9,
        events.size() * (double) MINUTE / nanos,
        events.isEmpty() ? 0 : events.get(events.size() / 2),
        events.isEmpty() ? 0 : events.getFirst());
    if (failed != null) {
      new Scenario(failed.seed(), true).run().trace().forEach(System.out::println);
      System.out.println("replay: sim/run --seed " + failed.seed());
      System.out.println("seed " + failed.seed() + ": " + failed.violation());
      return 1;
    }
    System.out.println("all green");
    return 0;
  }

  private static void print(String title, Map<?, Long> counts) {
    System.out.println(title + ":");
    counts.forEach((what, times) -> System.out.printf("  %,12d  %s%n", times, what));
  }
}
