package chatd.bench.fuzz;

import chatd.bench.user.Deployment;
import chatd.bench.user.Tally;
import chatd.bench.user.User;
import chatd.contract.Document;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/// All attacks at once, for a while.
public final class FuzzRun {
  private static final int MALFORMED = 4;
  private static final int MUTATED = 4;
  private static final int STREAMS = 4;
  private static final int SEQUENCES = 6;
  private static final Duration TELL = Duration.ofMinutes(1);

  private final Deployment deployment;
  private final Plan plan;
  private final Consumer<String> progress;
  private final Faults faults;
  private final Tally tally = new Tally();
  private final AtomicLong steps = new AtomicLong();

  /// What to do.
  ///
  /// @param perSecond how many steps all threads make together
  /// @param crowd how many connections are slow at one time
  public record Plan(long seed, Duration length, int perSecond, int crowd) {}

  /// What came of it.
  ///
  /// @param nanos how long an ordinary request took each time
  /// @param slowEnded how many slow connections the server has closed
  /// @param slowSeconds how long the longest of each kind lived
  public record Outcome(
      Faults faults,
      long steps,
      String tally,
      List<Long> nanos,
      int slowEnded,
      Map<String, Long> slowSeconds) {}

  /// Tells `progress` each minute how far it is.
  public FuzzRun(Deployment deployment, Plan plan, Consumer<String> progress) {
    this.deployment = deployment;
    this.plan = plan;
    this.progress = progress;
    this.faults = new Faults(plan.seed());
  }

  /// Attacks. Returns when the time is over and everything that was made is looked through.
  public Outcome run() throws IOException, InterruptedException {
    var attacks = attacks();
    var slow = User.create(deployment, "slow");
    var probe = new Probe(deployment, User.create(deployment, "probe"), faults);
    var crowd = new SlowCrowd(deployment, slow.token(), faults);
    try (probe;
        crowd) {
      probe.start();
      crowd.start(plan.crowd());
      attack(attacks);
    }
    return new Outcome(
        faults, steps.get(), tally.text(), probe.nanos(), crowd.ended(), crowd.longest());
  }

  private List<Attack> attacks() throws IOException {
    var attacks = new ArrayList<Attack>();
    for (var i = 0; i < MALFORMED; i++) {
      attacks.add(new MalformedHttp(deployment, User.create(deployment, "malformed-" + i).token()));
    }
    for (var i = 0; i < MUTATED; i++) {
      var user = User.create(deployment, "mutated-" + i);
      attacks.add(new MutatedRequests(deployment, user, Document.SERVED));
    }
    for (var i = 0; i < STREAMS; i++) {
      attacks.add(new HostileStreams(deployment, User.create(deployment, "streams-" + i)));
    }
    var stranger = User.create(deployment, "stranger");
    for (var i = 0; i < SEQUENCES; i++) {
      var name = "sequences-" + i;
      var person = new Person(deployment, User.create(deployment, name));
      attacks.add(new ChatSequences(person, new Person(deployment, stranger), "s" + i));
    }
    return attacks;
  }

  private void attack(List<Attack> attacks) throws InterruptedException {
    var pace = new Pace(plan.perSecond());
    var begin = System.nanoTime();
    var end = begin + plan.length().toNanos();
    var threads = new ArrayList<Thread>();
    for (var i = 0; i < attacks.size(); i++) {
      var attack = attacks.get(i);
      var origin = new Step.Origin(plan.seed(), attack.name(), i);
      var name = attack.name() + "-" + i;
      threads.add(Thread.ofVirtual().name(name).start(() -> run(attack, origin, pace, end)));
    }
    for (var thread : threads) {
      while (!thread.join(TELL)) {
        progress.accept(
            "%d of %d min, %,d steps, %d faults"
                .formatted(
                    Duration.ofNanos(System.nanoTime() - begin).toMinutes(),
                    plan.length().toMinutes(),
                    steps.get(),
                    faults.count()));
      }
    }
  }

  private void run(Attack attack, Step.Origin origin, Pace pace, long end) {
    try (attack) {
      var number = 0L;
      for (; System.nanoTime() < end; number++) {
        pace.await();
        var step = Step.of(origin, number, faults, tally);
        carryOut(step, () -> attack.carryOut(step));
        steps.incrementAndGet();
      }
      var last = Step.of(origin, number, faults, tally);
      carryOut(last, () -> attack.finish(last));
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  /// A connection that fails where it should not is a fault like others, and the attack goes on.
  private static void carryOut(Step step, Work work) throws InterruptedException {
    try {
      work.run();
    } catch (IOException | RuntimeException e) {
      step.fault("broke off: " + e, new byte[0]);
    }
  }

  private interface Work {
    void run() throws IOException, InterruptedException;
  }
}
