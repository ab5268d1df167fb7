package chatd.bench.chaos;

import chatd.bench.chaos.Takeovers.How;
import chatd.bench.chaos.Violation.Kind;
import chatd.bench.chaos.World.Figures;
import chatd.bench.user.Dice;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/// One run: everything bad at once for a while, then calm, then the question whether everybody saw
/// the same, and all of it.
public final class ChaosRun {
  private static final Duration TELL = Duration.ofSeconds(10);

  /// Before the first fault, so that there is something to harm.
  private static final Duration WARM = Duration.ofSeconds(3);

  /// After this long a chat must be at rest: a lease, a poll, and the answers to all that is
  /// queued.
  private static final Duration REST_MAX = Duration.ofSeconds(60);

  /// For one that is looked at late.
  private static final Duration LOOK_LEAST = Duration.ofSeconds(10);

  /// So long viewers may take to hear of what is stored: lost hints are repaired within 5 s.
  private static final Duration SHOWN_MAX = Duration.ofSeconds(30);

  private static final Duration LOOK = Duration.ofMillis(100);
  private static final int SETTLING_AT_ONCE = 24;
  private static final int STARTING_OVER_MILLIS = 4_000;

  private final Plan plan;
  private final Consumer<String> progress;
  private final Violations violations = new Violations();
  private final Chronicle chronicle = new Chronicle();
  private final Model model;
  private final AtomicLong slowestRest = new AtomicLong();

  /// What to do.
  ///
  /// @param viewers of each chat
  public record Plan(long seed, Duration length, int chats, int viewers) {}

  /// What came of it.
  ///
  /// @param requests of users, by kind and status; 0: no answer came
  /// @param exchanges with the provider
  /// @param loose chats of which nobody knows whether an edit was carried out
  /// @param slowestRest the longest that a chat was still busy after everything was whole again
  public record Outcome(
      Violations violations,
      String requests,
      Map<String, Integer> faults,
      long exchanges,
      long parts,
      long frames,
      long connections,
      int viewers,
      int loose,
      Duration slowestRest,
      List<Long> killedAlone,
      List<Long> killed,
      List<Long> frozenAlone,
      List<Long> frozen) {}

  /// Tells `progress` every 10 s how far it is.
  public ChaosRun(Plan plan, Consumer<String> progress) {
    this.plan = plan;
    this.progress = progress;
    this.model = new Model(chronicle, violations, plan.seed());
  }

  /// What the provider says.
  public Model model() {
    return model;
  }

  /// Does harm to replicas at these places and to their database. Returns when everything is looked
  /// through.
  public Outcome run(List<Place> places, Weather.Database database, String token)
      throws IOException, InterruptedException {
    var begun = new AtomicInteger();
    var calm = new CountDownLatch(1);
    var world =
        new World(
            places.stream().map(Place::port).toList(),
            token,
            chronicle,
            violations,
            new Takeovers(begun::get),
            new Figures(),
            calm);
    var weather =
        new Weather(places, database, world, new Dice(plan.seed(), "weather", 0, 0), begun);
    startAll(places);
    var authors = new ArrayList<Thread>();
    var people = people(world, authors);
    var telling = Thread.ofVirtual().start(() -> tell(world, weather));
    try {
      Thread.sleep(WARM);
      var raging = Thread.ofVirtual().name("weather").start(() -> rage(weather));
      Thread.sleep(plan.length());
      model.calm();
      calm.countDown();
      raging.join();
      weather.heal();
      progress.accept("everything is whole again");
      var healed = System.nanoTime();
      for (var author : authors) {
        author.join();
      }
      settle(people, healed);
    } finally {
      calm.countDown();
      telling.interrupt();
      people.forEach(person -> person.viewers.forEach(Viewer::leave));
    }
    return outcome(world, weather, people);
  }

  private static void rage(Weather weather) {
    try {
      weather.rage();
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  private static void startAll(List<Place> places) throws IOException, InterruptedException {
    for (var place : places) {
      place.start();
    }
  }

  /// An author at work, and the viewers of the chat.
  private static final class Person {
    private final Author self;
    private final List<Viewer> viewers = new CopyOnWriteArrayList<>();

    Person(Author self) {
      this.self = self;
    }
  }

  private List<Person> people(World world, List<Thread> threads) {
    var people = new ArrayList<Person>();
    for (var i = 0; i < plan.chats(); i++) {
      var number = i;
      var dice = new Dice(plan.seed(), "author", number, 0);
      var author = new Author(world, chronicle.begin("c" + number), dice);
      var person = new Person(author);
      people.add(person);
      threads.add(Thread.ofVirtual().name("author").start(() -> live(world, person, number)));
    }
    return people;
  }

  private void live(World world, Person person, int number) {
    var author = person.self;
    try {
      Thread.sleep((long) STARTING_OVER_MILLIS * number / plan.chats());
      author.begin();
      if (author.chat().isEmpty()) {
        return;
      }
      for (var i = 0; i < plan.viewers(); i++) {
        var dice = new Dice(plan.seed(), "viewer", number, i);
        var viewer = new Viewer(world, author.story(), author.chat(), i % 2 == 1, dice);
        person.viewers.add(viewer);
        viewer.start();
      }
      author.live();
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  private void tell(World world, Weather weather) {
    var begin = System.nanoTime();
    try {
      while (true) {
        Thread.sleep(TELL);
        progress.accept(
            "%d of %d s, %d faults, %,d requests to the provider, %,d parts to viewers, %,d connections, %d violations"
                .formatted(
                    Duration.ofNanos(System.nanoTime() - begin).toSeconds(),
                    plan.length().plus(WARM).toSeconds(),
                    weather.begun(),
                    chronicle.requests(),
                    world.figures().parts().sum(),
                    world.figures().connections().sum(),
                    violations.count()));
      }
    } catch (InterruptedException _) {
      // It is over.
    }
  }

  private void settle(List<Person> people, long healed) throws InterruptedException {
    try (var threads =
        Executors.newFixedThreadPool(SETTLING_AT_ONCE, Thread.ofVirtual().factory())) {
      var settling = new ArrayList<Future<?>>();
      for (var person : people) {
        settling.add(
            threads.submit(() -> {
              settle(person, healed);
              return true;
            }));
      }
      for (var each : settling) {
        each.get();
      }
    } catch (ExecutionException e) {
      violations.add(Kind.BROKEN, "the end", e.toString());
    }
  }

  private void settle(Person person, long healed) throws InterruptedException {
    if (person.self.chat().isEmpty()) {
      violations.add(Kind.STUCK, person.self.story().name(), "nobody could make it");
      return;
    }
    var deadline = Math.max(healed + REST_MAX.toNanos(), System.nanoTime() + LOOK_LEAST.toNanos());
    var rest = person.self.settle(deadline);
    if (rest.isEmpty()) {
      return;
    }
    slowestRest.accumulateAndGet(System.nanoTime() - healed, Math::max);
    var end = System.nanoTime() + SHOWN_MAX.toNanos();
    for (var viewer : person.viewers) {
      while (!shows(viewer, rest.get()) && System.nanoTime() < end) {
        Thread.sleep(LOOK);
      }
      if (!shows(viewer, rest.get())) {
        viewer
            .witness()
            .complain(
                "%s at history %d with the rows %s"
                    .formatted(
                        rest.get().status(),
                        rest.get().historyVersion(),
                        rest.get().rows().keySet().stream().sorted().toList()));
      }
    }
  }

  private static boolean shows(Viewer viewer, Author.Rest rest) {
    return viewer.witness().shows(rest.rows(), rest.status(), rest.historyVersion());
  }

  private Outcome outcome(World world, Weather weather, List<Person> people) {
    return new Outcome(
        violations,
        world.figures().requests().text(),
        weather.counts(),
        chronicle.requests(),
        world.figures().parts().sum(),
        world.figures().frames().sum(),
        world.figures().connections().sum(),
        people.stream().mapToInt(person -> person.viewers.size()).sum(),
        (int) people.stream().filter(person -> person.self.isLoose()).count(),
        Duration.ofNanos(slowestRest.get()),
        world.takeovers().alone(How.KILLED),
        world.takeovers().all(How.KILLED),
        world.takeovers().alone(How.FROZEN),
        world.takeovers().all(How.FROZEN));
  }
}
