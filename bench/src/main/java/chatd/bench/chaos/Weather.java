package chatd.bench.chaos;

import chatd.bench.chaos.Takeovers.How;
import chatd.bench.process.RunningProcess;
import chatd.bench.user.Dice;
import chatd.fault.FaultProxy.Direction;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;

/// Everything bad that happens, at times and places that the seed tells. Each fault ends by itself,
/// or when it becomes calm.
public final class Weather {
  private static final Duration GAP_LEAST = Duration.ofMillis(300);
  private static final Duration GAP_MOST = Duration.ofMillis(2_500);

  /// Longer than a lease, and than the next attempt takes after it.
  private static final Duration FROZEN_LONG = Duration.ofSeconds(13);

  /// So long nothing else happens after a death that happens alone.
  private static final Duration ALONE = Duration.ofSeconds(3);

  private final List<Place> places;
  private final Database database;
  private final World world;
  private final Dice dice;
  private final AtomicInteger begun;
  private final Map<String, Integer> counts = new TreeMap<>();
  private final List<Thread> lasting = new ArrayList<>();
  private final ReentrantLock databaseLock = new ReentrantLock();
  private final AtomicInteger down = new AtomicInteger();

  /// What can happen to the database.
  public interface Database {
    /// It ends in order, and is started again.
    void restart();

    /// It ends without a word, and is started again by whoever watches it.
    void crash();
  }

  /// One that has not begun.
  ///
  /// @param begun counts the faults
  Weather(List<Place> places, Database database, World world, Dice dice, AtomicInteger begun) {
    this.places = List.copyOf(places);
    this.database = database;
    this.world = world;
    this.dice = dice;
    this.begun = begun;
  }

  /// Something that happens, until it is over.
  @FunctionalInterface
  private interface Event {
    void happen() throws IOException, InterruptedException;
  }

  /// How many faults there were so far.
  int begun() {
    return begun.get();
  }

  /// Each kind with how often it happened.
  synchronized Map<String, Integer> counts() {
    return new TreeMap<>(counts);
  }

  /// Does harm until it is calm. Returns when everything is whole again.
  void rage() throws InterruptedException {
    while (!world.isCalm()) {
      next();
      world.rest(between(GAP_LEAST, GAP_MOST));
    }
    awaitAll();
  }

  private void next() throws InterruptedException {
    var place = dice.of(places);
    var way = dice.below(place.ways().size());
    var isAlone = dice.oneIn(3);
    switch (dice.below(24)) {
      case 0, 1, 2, 3 -> kill(place, isAlone, between(Duration.ZERO, Duration.ofSeconds(3)));
      case 4, 5 -> drain(place);
      case 6, 7 -> freeze(place, false, between(Duration.ofMillis(500), Duration.ofSeconds(6)));
      case 8, 9 -> freeze(place, isAlone, FROZEN_LONG);
      case 10, 11, 12, 13 -> start("cut " + way(way), () -> place.ways().get(way).proxy().cut());
      case 14, 15, 16 -> delay(place, way, between(Duration.ofMillis(20), Duration.ofMillis(400)));
      case 17, 18, 19, 20 -> swallow(place, way);
      case 21 -> refuse(place, way);
      case 22 -> ofDatabase("PostgreSQL ended", database::restart);
      default -> ofDatabase("PostgreSQL crashed", database::crash);
    }
  }

  private static String way(int number) {
    return List.of("to clients", "to replicas", "to the database", "to the provider").get(number);
  }

  private Duration between(Duration least, Duration most) {
    return Duration.ofMillis(dice.between((int) least.toMillis(), (int) most.toMillis()));
  }

  private void kill(Place place, boolean isAlone, Duration away) throws InterruptedException {
    ofProcess(
        "SIGKILL",
        place,
        isAlone,
        running -> {
          place
              .replica()
              .ifPresent(id -> world.takeovers().lost(How.KILLED, id, System.nanoTime()));
          running.kill();
          place.startAgain(isAlone ? ALONE : away);
        });
  }

  private void drain(Place place) throws InterruptedException {
    ofProcess(
        "SIGTERM",
        place,
        false,
        running -> {
          running.close();
          place.startAgain(Duration.ZERO);
        });
  }

  private void freeze(Place place, boolean isAlone, Duration time) throws InterruptedException {
    var isLong = time.equals(FROZEN_LONG);
    ofProcess(
        isLong ? "SIGSTOP beyond the lease" : "SIGSTOP",
        place,
        isAlone,
        running -> {
          var id = place.replica();
          running.freeze();
          if (isLong) {
            id.ifPresent(it -> world.takeovers().lost(How.FROZEN, it, System.nanoTime()));
          }
          try {
            world.rest(time);
          } finally {
            running.thaw();
          }
        });
  }

  /// What happens to a process.
  @FunctionalInterface
  private interface ToProcess {
    void happen(RunningProcess running) throws IOException, InterruptedException;
  }

  /// At least one replica is left alone at any time.
  private void ofProcess(String kind, Place place, boolean isAlone, ToProcess what)
      throws InterruptedException {
    if (isAlone) {
      awaitAll();
    }
    if (down.get() >= places.size() - 1 || !place.take()) {
      return;
    }
    down.incrementAndGet();
    Event event =
        () -> {
          try {
            var running = place.process().orElseThrow();
            if (!running.isAlive()) {
              world
                  .violations()
                  .add(
                      Violation.Kind.BROKEN,
                      "replica " + place.number(),
                      "it ended by itself; see " + running.log());
              place.startAgain(Duration.ZERO);
            } else {
              what.happen(running);
            }
          } finally {
            down.decrementAndGet();
            place.giveBack();
          }
        };
    start(kind, event);
    if (isAlone) {
      awaitAll();
    }
  }

  private void delay(Place place, int way, Duration later) {
    var proxy = place.ways().get(way).proxy();
    var time = between(Duration.ofSeconds(1), Duration.ofSeconds(8));
    start(
        "delay " + way(way),
        () -> {
          proxy.delay(later, Direction.values());
          world.rest(time);
          proxy.delay(Duration.ZERO, Direction.values());
        });
  }

  private void swallow(Place place, int way) {
    var proxy = place.ways().get(way).proxy();
    var time = between(Duration.ofSeconds(1), Duration.ofSeconds(13));
    var directions =
        dice.oneIn(2)
            ? Direction.values()
            : new Direction[] {dice.of(Direction.TO_TARGET, Direction.FROM_TARGET)};
    start(
        "black hole " + way(way),
        () -> {
          proxy.swallow(directions);
          world.rest(time);
          proxy.deliver();
        });
  }

  private void refuse(Place place, int way) {
    var refusing = place.ways().get(way);
    var time = between(Duration.ofSeconds(1), Duration.ofSeconds(4));
    start(
        "refusal " + way(way),
        () -> {
          refusing.refuse();
          world.rest(time);
          refusing.accept();
        });
  }

  private void ofDatabase(String kind, Runnable what) {
    if (databaseLock.isLocked()) {
      return;
    }
    start(
        kind,
        () -> {
          databaseLock.lock();
          try {
            what.run();
          } finally {
            databaseLock.unlock();
          }
        });
  }

  private void start(String kind, Event event) {
    begun.incrementAndGet();
    synchronized (this) {
      counts.merge(kind, 1, Integer::sum);
    }
    lasting.removeIf(thread -> !thread.isAlive());
    lasting.add(
        Thread.ofVirtual()
            .name(kind)
            .start(() -> {
              try {
                event.happen();
              } catch (IOException | RuntimeException e) {
                world.violations().add(Violation.Kind.BROKEN, kind, e.toString());
              } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
              }
            }));
  }

  private void awaitAll() throws InterruptedException {
    for (var thread : List.copyOf(lasting)) {
      thread.join();
    }
    lasting.clear();
  }

  /// Every way is as good as on the first day.
  void heal() {
    places.forEach(place -> place.ways().forEach(way -> way.proxy().heal()));
  }
}
