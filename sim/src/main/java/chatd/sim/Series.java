package chatd.sim;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Many seeds, up to the first that fails, in as many processes as there are processors. Not in
/// threads: two scenarios in one process could wait for each other inside the JDK, and what waits
/// is no longer the seed's.
final class Series {
  /// In so many scenarios everything must come about.
  private static final long EVERYTHING = 1_000;

  private final long first;
  private final long count;
  private final Tally tally = new Tally();
  private final List<Process> workers = new ArrayList<>();
  private @Nullable Long failed;
  private String violation = "";

  Series(long first, long count) {
    this.first = first;
    this.count = count;
  }

  /// The exit code.
  int run() throws IOException, InterruptedException {
    var begun = System.nanoTime();
    var readers = new ArrayList<Thread>();
    var processors = (int) Math.min(count, Runtime.getRuntime().availableProcessors());
    for (var i = 0; i < processors; i++) {
      var worker = start(i, processors);
      workers.add(worker);
      readers.add(Thread.ofPlatform().start(() -> read(worker)));
    }
    for (var reader : readers) {
      reader.join();
    }
    if (failed == null && tally.scenarios() < count) {
      throw new IllegalStateException("a process of the simulator ended too early");
    }
    tally.print(System.nanoTime() - begun);
    if (failed == null && count >= EVERYTHING && !tally.never().isEmpty()) {
      System.out.println("never came about: " + String.join(", ", tally.never()));
      return 1;
    }
    if (failed == null) {
      System.out.println("all green");
      return 0;
    }
    new Scenario(failed, true).run().trace().forEach(System.out::println);
    System.out.println("replay: sim/run --seed " + failed);
    System.out.println("seed " + failed + ": " + violation);
    return 1;
  }

  private Process start(int number, int of) throws IOException {
    var command = new ArrayList<String>();
    command.add(ProcessHandle.current().info().command().orElse("java"));
    command.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), Main.class.getName()));
    command.addAll(List.of("--work", number + "/" + of));
    command.addAll(List.of("--first", Long.toString(first), "--seeds", Long.toString(count)));
    return new ProcessBuilder(command)
        .redirectError(ProcessBuilder.Redirect.INHERIT)
        .redirectInput(ProcessBuilder.Redirect.PIPE)
        .start();
  }

  private void read(Process worker) {
    try (var lines =
        new BufferedReader(
            new InputStreamReader(worker.getInputStream(), StandardCharsets.UTF_8))) {
      for (var line = lines.readLine(); line != null; line = lines.readLine()) {
        take(line);
      }
    } catch (IOException _) {
      // It was ended, because another one found a violation.
    }
  }

  private synchronized void take(String line) {
    if (line.startsWith(Tally.FAILED)) {
      var words = line.substring(Tally.FAILED.length()).split(" ", 2);
      if (failed == null || Long.parseLong(words[0]) < failed) {
        failed = Long.parseLong(words[0]);
        violation = words[1];
      }
      workers.forEach(Process::destroy);
    } else {
      tally.read(line);
      if (line.startsWith(Tally.EVENTS) && tally.scenarios() % 1000 == 0) {
        System.err.println("sim: " + tally.scenarios() + " of " + count + " seeds, all green");
      }
    }
  }

  /// The share of one process, reported on standard output.
  static int work(long first, long count, int number, int of) {
    for (var seed = first + number; seed < first + count; seed += of) {
      var report = new Scenario(seed, false).run();
      if (seed % 50 == 0 && new Scenario(seed, false).run().sum() != report.sum()) {
        System.out.println(Tally.FAILED + seed + " SOUND: it is not the same twice");
        return 1;
      }
      Tally.write(report);
      if (report.violation() != null) {
        System.out.println(Tally.FAILED + seed + " " + report.violation().replace('\n', ' '));
        return 1;
      }
    }
    return 0;
  }
}
