package chatd.bench;

import chatd.bench.client.Recording;
import chatd.bench.link.LinkTap;
import chatd.bench.process.MachineLoad;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.function.BooleanSupplier;

/// Whether viewers get every part once while the link to the worker is cut again and again.
final class CutsBenchmark implements Benchmark {
  private static final String WAITING = "\"status\":{\"status\":\"waiting\"";
  private static final Duration PATIENCE = Duration.ofSeconds(90);
  private static final int PART_MICROS = 20_000;
  private static final int VIEWERS = 5;

  /// How long before the end of the answer the last cut comes. A viewer whose link is away at the
  /// end gets the whole answer in the place of its last parts, and there would be nothing to check.
  private static final Duration HEALING = Duration.ofMillis(2_500);

  private record Size(int parts, int cuts) {
    static final Size FULL = new Size(3_000, 100);
    static final Size TINY = new Size(250, 5);
  }

  @Override
  public String name() {
    return "cuts";
  }

  @Override
  public String about() {
    return "a link cut 100 times during an answer of 3,000 parts in 60 s";
  }

  @Override
  public List<Finding> run(Ground ground, boolean tiny) throws Exception {
    var size = tiny ? Size.TINY : Size.FULL;
    try (var database = ground.createDatabase();
        var tap = LinkTap.start();
        var cluster = new Cluster(ground)) {
      var worker = cluster.add(database.jdbcUrl(), "--relay-url", tap.url());
      tap.leadTo(worker.process().port());
      var other = cluster.add(database.jdbcUrl());
      var watch = MachineLoad.watch(cluster.processes());
      var begun = cluster.begin(worker, other, "stream " + size.parts + " " + PART_MICROS);
      var near = new ArrayList<Recording>();
      var far = new ArrayList<>(List.of(begun.viewer()));
      for (var i = 0; i < VIEWERS; i++) {
        near.add(cluster.watch(worker, begun.chat()));
        if (i > 0) {
          far.add(cluster.watch(other, begun.chat()));
        }
      }
      cut(tap, size, () -> begun.viewer().endsWith(WAITING));
      for (var viewers : List.of(near, far)) {
        for (var viewer : viewers) {
          Wait.until("the end of the answer", PATIENCE, () -> viewer.endsWith(WAITING));
        }
      }
      var load = watch.load();
      return findings(size, tap.cuts(), checks(near, size), checks(far, size), load);
    }
  }

  /// Cuts at times drawn at random; a cut waits for a link if there is none at that time. When the
  /// answer is over nothing comes any more that could be cut.
  private static void cut(LinkTap tap, Size size, BooleanSupplier over) throws Exception {
    var random = new SplittableRandom();
    var begun = System.nanoTime();
    var each = (PART_MICROS * 1_000L * size.parts - HEALING.toNanos()) / size.cuts;
    for (var i = 0; i < size.cuts && !over.getAsBoolean(); i++) {
      var due = begun + (long) ((i + random.nextDouble()) * each);
      Thread.sleep(Duration.ofNanos(Math.max(0, due - System.nanoTime())));
      var done = tap.cuts();
      Wait.until("a link to cut", PATIENCE, () -> tap.cut(random) || over.getAsBoolean());
      Wait.until("a cut", PATIENCE, () -> tap.cuts() > done || over.getAsBoolean());
    }
  }

  private static List<StreamCheck> checks(List<Recording> viewers, Size size) {
    return viewers.stream().map(viewer -> StreamCheck.of(viewer.since(0), size.parts)).toList();
  }

  private static List<Finding> findings(
      Size size, int cuts, List<StreamCheck> near, List<StreamCheck> far, MachineLoad load) {
    var faults = new ArrayList<String>();
    near.forEach(check -> faults.addAll(check.faults()));
    far.forEach(check -> faults.addAll(check.faults()));
    var what = "link cut %d times, ".formatted(size.cuts);
    return List.of(
        Finding.exactly(what + "cuts made", cuts, size.cuts, ""),
        Finding.exactly(what + "gaps and repeats", faults.size(), 0, "")
            .how(
                "%d parts in %.0f s to %d viewers on the worker's replica and %d on another; a proxy between the two ends the link at random times, after some of what it was just given. Every seq follows the last, and the committed text is what was streamed.%s"
                    .formatted(
                        size.parts,
                        size.parts * PART_MICROS / 1e6,
                        near.size(),
                        far.size(),
                        faults.isEmpty() ? "" : " First of them: " + faults.getFirst() + "."))
            .under(load),
        Finding.fact(what + "parts elsewhere", delays(far))
            .how(
                String.format(
                    Locale.ROOT,
                    "On the worker's replica: %s. Frames at one viewer: %d there, %d here.",
                    delays(near),
                    far.getFirst().frames(),
                    near.getFirst().frames())));
  }

  private static String delays(List<StreamCheck> checks) {
    return Latencies.of(
            checks.stream()
                .flatMap(check -> check.sightings().stream())
                .map(part -> part.seen() - part.sent())
                .toList())
        .toString();
  }
}
