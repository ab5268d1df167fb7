package chatd.sim;

import chatd.core.chat.ChatStatus;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// One seed: a deployment, people and viewers, first under faults, then left in peace, then at
/// rest, and taken down in the end.
final class Scenario {
  private static final long SECOND = 1_000_000_000L;
  private static final int CHATS = 3;
  private static final int VIEWERS = 6;
  private static final int FAULTS_MIN = 10;

  private final long seed;
  private final World world;
  private final Database database;
  private final Network network;
  private final Deployment deployment;
  private final Faults faults;
  private final Watchdog watchdog;
  private final List<Person> people = new ArrayList<>();

  Scenario(long seed, boolean keepsTrace) {
    this.seed = seed;
    world = new World(seed, keepsTrace);
    database = new Database(world);
    network = new Network(world);
    deployment = new Deployment(world, database, network);
    faults = new Faults(world, database, network, deployment.hinting(), deployment);
    watchdog = new Watchdog(world, database, network, deployment);
  }

  /// What came of it.
  record Report(
      long seed,
      long events,
      long sum,
      Map<Promise, Long> evaluated,
      Map<String, Long> faults,
      Map<String, Long> commands,
      @Nullable String violation,
      List<String> trace) {}

  Report run() {
    String violation = null;
    try {
      play();
    } catch (Violation e) {
      violation = String.valueOf(e.getMessage());
    } catch (RuntimeException | AssertionError e) {
      violation = Promise.SOUND + ": " + e + " at " + List.of(e.getStackTrace()).subList(0, 5);
    }
    return new Report(
        seed,
        world.trace.events(),
        world.trace.sum(),
        world.checks.evaluated(),
        world.draws.faults(),
        world.draws.commands(),
        violation,
        world.trace.lines());
  }

  private void play() {
    begin();
    var end = (25 + world.random.nextInt(10)) * SECOND;
    strikeLater(end);
    actLater(end);
    pass(end);
    while (faults.struck() < FAULTS_MIN) {
      faults.strike();
      pass(world.clock.nanos() + SECOND / 10);
    }
    faults.heal();
    faults.last();
    var calm = world.clock.nanos() + 22 * SECOND;
    chatLater(calm);
    pass(calm);
    world.isQuiet = true;
    rest();
    checkRest();
    takeDown();
  }

  private void begin() {
    for (var i = 0; i < 3; i++) {
      deployment.start(null);
    }
    pass(300_000_000L);
    for (var i = 0; i < 2; i++) {
      var person = new Person(world, database, deployment::existing, "person-" + i);
      people.add(person);
    }
    for (var i = 0; i < CHATS; i++) {
      var story = people.get(i % people.size()).create("C" + (i + 1));
      deployment.all().forEach(process -> process.listenTo(story));
    }
    pass(world.clock.nanos() + SECOND / 2);
    var stories = List.copyOf(database.stories.values());
    for (var i = 0; i < VIEWERS; i++) {
      var kind = world.any(List.of(Reader.Kind.values()));
      var story = stories.get(i < 3 ? 0 : world.random.nextInt(stories.size()));
      var viewer = new Viewer(world, database, deployment::existing, story, kind, i + 1);
      deployment.viewers().add(viewer);
      viewer.connect();
    }
    for (var i = 0; i < people.size(); i++) {
      var watcher = new Watcher(world, database, deployment::existing, people.get(i).user, i + 1);
      deployment.watchers().add(watcher);
      watcher.connect();
    }
    tick();
  }

  private void tick() {
    watchdog.look();
    deployment.look();
    world.clock.after(250_000_000L, this::tick);
  }

  private void strikeLater(long end) {
    world.clock.after(
        world.millis(50, 3_000),
        () -> {
          if (world.clock.nanos() < end) {
            faults.strike();
            strikeLater(end);
          }
        });
  }

  private void actLater(long end) {
    world.clock.after(
        world.millis(10, 500),
        () -> {
          if (world.clock.nanos() < end) {
            world.any(people).act();
            actLater(end);
          }
        });
  }

  private void chatLater(long end) {
    world.clock.after(
        world.millis(100, 1_500),
        () -> {
          if (world.clock.nanos() < end) {
            world.any(people).chat();
            chatLater(end);
          }
        });
  }

  private void pass(long until) {
    world.thread.settle();
    while (world.clock.step(until)) {
      world.thread.settle();
      world.checks.raise();
    }
    world.checks.raise();
  }

  /// Until every chat is at rest.
  private void rest() {
    var latest = world.clock.nanos() + 150 * SECOND;
    while (!areAllAtRest() && world.clock.nanos() < latest) {
      pass(world.clock.nanos() + SECOND);
    }
    for (var story : database.stories.values()) {
      world.checks.that(
          isAtRest(story),
          Promise.QUIET,
          () -> story.name + " never comes to rest: " + story.row());
    }
    pass(world.clock.nanos() + 6 * SECOND);
  }

  private boolean areAllAtRest() {
    return database.stories.values().stream().allMatch(Scenario::isAtRest);
  }

  private static boolean isAtRest(Story story) {
    if (story.moments.isEmpty() || story.isDeleted) {
      return true;
    }
    var status = story.row().status();
    return status == ChatStatus.WAITING || status == ChatStatus.ERROR;
  }

  private void checkRest() {
    for (var viewer : deployment.viewers()) {
      if (!viewer.story.moments.isEmpty() && !viewer.story.isDeleted) {
        world.checks.that(
            viewer.isConnected(), Promise.QUIET, () -> viewer.name + " finds no replica");
        viewer.reader.checkFinal();
      } else if (viewer.story.isDeleted) {
        world.checks.that(
            !viewer.isConnected(),
            Promise.P15,
            () -> viewer.name + " still watches " + viewer.story.name + ", which is deleted");
      }
    }
    deployment.watchers().forEach(Watcher::checkFinal);
    people.forEach(Person::checkFinal);
    world.checks.raise();
  }

  /// Everybody leaves, and nothing is left.
  private void takeDown() {
    deployment.viewers().forEach(Viewer::leave);
    deployment.watchers().forEach(Watcher::leave);
    pass(world.clock.nanos() + 27 * SECOND);
    for (var process : deployment.existing()) {
      none(process, "viewers", process.feeds.viewers());
      none(process, "feeds", process.feeds.feeds());
      none(process, "bytes of mirrors", process.feeds.mirrorBytes());
      none(process, "bytes of rows", process.feeds.retainedBytes());
      none(process, "bytes of part logs", process.logs.bytes());
      none(process, "streams of parts", process.streams.open());
      none(process, "links that listen", process.links.members());
      none(process, "watchers", process.watches.watchers());
      none(process, "users watched", process.watches.users());
      none(process, "requests to the model", process.calls.size());
      none(process, "running turns", process.membership.runningTurns());
    }
    world.checks.that(
        network.wires().isEmpty(),
        Promise.LEFTOVERS,
        () -> network.wires().size() + " links are left");
    var last = List.copyOf(deployment.existing());
    last.forEach(deployment::drain);
    for (var i = 0; i < 15 && !last.stream().allMatch(Replica::hasLeft); i++) {
      pass(world.clock.nanos() + SECOND);
    }
    pass(world.clock.nanos() + SECOND);
    for (var process : last) {
      world.checks.that(process.hasLeft(), Promise.P8, () -> process.name() + " never leaves");
      none(process, "threads", process.threads());
    }
    for (var process : deployment.all()) {
      world.checks.that(
          process.telemetry.bugs.isEmpty(),
          Promise.SOUND,
          () -> process.name() + ": " + process.telemetry.bugs);
    }
    world.checks.raise();
  }

  private void none(Replica process, String what, long number) {
    world.checks.that(
        number == 0,
        Promise.LEFTOVERS,
        () -> process.name() + " has " + number + " " + what + " left");
  }
}
