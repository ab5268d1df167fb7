package chatd.sim;

import static java.util.Objects.requireNonNull;

import chatd.core.chat.ChatStatus;
import chatd.core.message.Role;
import chatd.core.part.Episode;
import java.util.HashMap;
import java.util.Map;

/// What has to happen in time, looked at several times a second.
final class Watchdog {
  private static final long SECOND = 1_000_000_000L;

  /// A lost hint is repaired within 5 s; what else it takes are ways and readings.
  private static final long NEWS = 5 * SECOND + SECOND / 2;

  /// A dead owner is found within the lease, the chat taken at the next poll.
  private static final long CARE = Replica.LEASE.toNanos() + 3 * SECOND + 3 * SECOND;

  private static final long STOP = 5 * SECOND + SECOND;

  /// Silence on a link is noticed after 5 s, a dial given up after 3 s, the next one is made within
  /// 5 s.
  private static final long RELAY = 15 * SECOND;

  private final World world;
  private final Database database;
  private final Network network;
  private final Deployment deployment;
  private final Map<Story, Long> uncaredSince = new HashMap<>();

  Watchdog(World world, Database database, Network network, Deployment deployment) {
    this.world = world;
    this.database = database;
    this.network = network;
    this.deployment = deployment;
  }

  void look() {
    for (var story : database.stories.values()) {
      if (!story.moments.isEmpty() && !story.isDeleted) {
        care(story);
        stop(story);
      }
    }
    for (var viewer : deployment.viewers()) {
      if (!viewer.story.moments.isEmpty() && !viewer.story.isDeleted) {
        news(viewer);
        parts(viewer);
        partsNearby(viewer);
      }
    }
    deployment.watchers().forEach(watcher -> watcher.checkNews(NEWS));
    for (var process : deployment.existing()) {
      streams(process);
      if (process.isSound() && world.clock.nanos() - process.soundSince > STOP) {
        process.calls.forEach(call -> inVain(process, call));
      }
    }
  }

  /// Somebody looks after every chat that should run.
  private void care(Story story) {
    var row = story.row();
    var owner = row.ownership();
    var process = owner == null ? null : deployment.of(owner.replica());
    var isCared =
        !row.status().isOwnable()
            || (process != null
                && process.isRunning()
                && process.database.isOpen()
                && owner != null
                && process.id().equals(owner.replica()));
    if (isCared) {
      uncaredSince.remove(story);
      return;
    }
    var since =
        Math.max(uncaredSince.computeIfAbsent(story, _ -> world.clock.nanos()), story.now().at());
    var soundFrom =
        deployment.existing().stream()
            .filter(Replica::isSound)
            .mapToLong(other -> other.soundSince)
            .min();
    if (soundFrom.isPresent()) {
      var late = world.clock.nanos() - Math.max(since, soundFrom.getAsLong());
      world.checks.that(
          late <= CARE, Promise.P7, () -> story.name + " is looked after by nobody: " + row);
    }
  }

  /// A stop is carried out.
  private void stop(Story story) {
    var row = story.row();
    if (row.status() != ChatStatus.INTERRUPTING) {
      return;
    }
    var process = deployment.of(requireNonNull(row.ownership()).replica());
    if (process != null && process.isSound()) {
      var since = Math.max(story.now().at(), process.soundSince);
      world.checks.that(
          world.clock.nanos() - since <= STOP,
          Promise.P10,
          () -> story.name + " is not stopped: " + row);
    }
  }

  /// What was edited away is not answered any more.
  private void inVain(Replica process, Model.Answer call) {
    for (var story : database.stories.values()) {
      for (var entry : story.messages.values()) {
        if (entry.deletedIn < Long.MAX_VALUE
            && entry.message.body().role() == Role.USER
            && call.answers(Judge.text(entry.message.body().content()))) {
          var cut = requireNonNull(story.moments.get(entry.deletedIn));
          world.checks.that(
              world.clock.nanos() - cut.at() <= STOP,
              Promise.P10,
              () -> process.name() + " still asks for an answer to message " + entry.message.id());
        }
      }
    }
  }

  /// Whoever is well connected has what was committed.
  private void news(Viewer viewer) {
    if (viewer.soundNanos() <= NEWS) {
      return;
    }
    world.checks.that(
        viewer.reader.isAware(),
        Promise.P5,
        () -> viewer.name + " waits in vain to be told of " + viewer.story.name);
    var latest = world.clock.nanos() - NEWS;
    for (var entry : viewer.story.messages.descendingMap().values()) {
      if (entry.at <= latest
          && entry.deletedIn == Long.MAX_VALUE
          && entry.message.body().role() != Role.SYSTEM) {
        var isThere = viewer.reader.messages.containsKey(entry.message.id());
        world.checks.that(
            isThere,
            Promise.P1_IN_TIME,
            () -> viewer.name + " has waited too long for message " + entry.message.id());
        if (hasStalledNeighbour(viewer)) {
          world.checks.that(
              isThere,
              Promise.P12,
              () -> viewer.name + " waits because another viewer takes nothing");
        }
        break;
      }
    }
  }

  private boolean hasStalledNeighbour(Viewer viewer) {
    return deployment.viewers().stream()
        .anyMatch(other ->
            other != viewer
                && other.story == viewer.story
                && other.process() == viewer.process()
                && other.isStalled());
  }

  /// Whoever is well connected sees the answer grow.
  private void parts(Viewer viewer) {
    var row = viewer.story.row();
    var owner = row.ownership();
    var process = owner == null ? null : deployment.of(owner.replica());
    if (process == null
        || !row.isLive()
        || row.status() != ChatStatus.RUNNING
        || viewer.soundNanos() <= RELAY
        || network.soundNanos() <= RELAY
        || !process.isSound()
        || world.clock.nanos() - process.soundSince <= RELAY
        || world.clock.nanos() - viewer.story.now().at() <= NEWS) {
      return;
    }
    var episode = Episode.of(row);
    var numbered = viewer.story.numbered.get(episode);
    if (numbered != null && numbered.at.size() > 0) {
      var before = world.clock.nanos() - SECOND;
      var due = numbered.at.stream().filter(at -> at <= before).count();
      world.checks.that(
          due == 0 || viewer.reader.hasParts(episode, due),
          Promise.P2,
          () -> viewer.name + " does not see the answer of " + viewer.story.name + " grow");
    }
  }

  /// Whoever is at the replica that answers sees the answer grow, whatever becomes of the database.
  private void partsNearby(Viewer viewer) {
    var row = viewer.story.row();
    var owner = row.ownership();
    var process = viewer.process();
    if (process == null
        || owner == null
        || !process.id().equals(owner.replica())
        || !process.serves()
        || process.awakeNanos() <= 2 * SECOND
        || viewer.untroubledNanos() <= 2 * SECOND
        || !row.isLive()
        || row.status() != ChatStatus.RUNNING) {
      return;
    }
    var episode = Episode.of(row);
    var numbered = viewer.story.numbered.get(episode);
    if (numbered != null && viewer.reader.isShown(episode)) {
      var before = world.clock.nanos() - SECOND;
      var due = numbered.at.stream().filter(at -> at <= before).count();
      world.checks.that(
          viewer.reader.hasParts(episode, due),
          Promise.P2,
          () -> viewer.name + " is not shown all of the answer of " + viewer.story.name);
    }
  }

  /// All viewers of a chat on a replica share one stream.
  private void streams(Replica process) {
    for (var story : database.stories.values()) {
      var open = process.streams.open(story.id);
      var viewers =
          deployment.viewers().stream()
              .filter(viewer -> viewer.process() == process && viewer.story == story)
              .count();
      if (viewers > 1 && open > 0) {
        world.checks.that(
            open == 1,
            Promise.P13,
            () -> process.name() + " has " + open + " streams of " + story.name);
      }
    }
  }
}
