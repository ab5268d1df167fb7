package chatd.sim;

import chatd.core.chat.ReplicaId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The replicas that there are, and those who are connected to them.
final class Deployment {
  private static final int REPLICAS = 3;

  private final World world;
  private final Database database;
  private final Network network;
  private final Hinting hinting;
  private final List<Replica> processes = new ArrayList<>();
  private final List<Replica> all = new ArrayList<>();
  private final List<Viewer> viewers = new ArrayList<>();
  private final List<Watcher> watchers = new ArrayList<>();
  private int toCome;

  Deployment(World world, Database database, Network network) {
    this.world = world;
    this.database = database;
    this.network = network;
    this.hinting = new Hinting(world, this::existing);
  }

  Hinting hinting() {
    return hinting;
  }

  List<Replica> existing() {
    return processes;
  }

  /// Those that were ever there.
  List<Replica> all() {
    return all;
  }

  List<Viewer> viewers() {
    return viewers;
  }

  List<Watcher> watchers() {
    return watchers;
  }

  @Nullable Replica of(ReplicaId id) {
    for (var process : all) {
      if (process.ids.contains(id)) {
        return process;
      }
    }
    return null;
  }

  /// Whether enough others go on without it.
  boolean mayEnd(Replica process) {
    return process.serves()
        && processes.stream().filter(other -> other != process && other.serves()).count() >= 1
        && processes.size() + toCome >= REPLICAS;
  }

  Replica start(@Nullable String address) {
    var number = all.size() + 1;
    var process =
        new Replica(
            world,
            database,
            network,
            hinting,
            number,
            address == null ? "http://replica-" + number : address);
    process.clockAhead = Duration.ofMillis(world.random.nextInt(-3_000, 3_000));
    processes.add(process);
    all.add(process);
    database.stories.values().forEach(process::listenTo);
    world.trace.event("fate", number, () -> process.name() + " starts at " + process.address);
    return process;
  }

  void startLater(@Nullable String address) {
    toCome++;
    world.clock.after(
        world.millis(100, 2_500),
        () -> {
          toCome--;
          start(address);
        });
  }

  void kill(Replica process) {
    process.kill();
    forget(process);
  }

  private void forget(Replica process) {
    processes.remove(process);
    viewers.forEach(Viewer::lostProcess);
    watchers.forEach(Watcher::lostProcess);
  }

  void drain(Replica process) {
    process.leave(Duration.ofSeconds(world.random.nextInt(1, 5)));
  }

  /// Ends those that have left.
  void look() {
    for (var process : List.copyOf(processes)) {
      if (process.hasFailed() && process.exists()) {
        world.trace.event("fate", process.number, () -> process.name() + " could not start");
        kill(process);
        startLater(process.address);
      } else if (process.hasLeft()) {
        left(process);
        process.exit();
        forget(process);
      }
    }
  }

  private void left(Replica process) {
    for (var viewer : viewers) {
      if (viewer.process() == process && process.soundSince < process.leavingSince()) {
        world.checks.that(
            !viewer.isConnected(),
            Promise.P8,
            () -> viewer.name + " was not told that " + process.name() + " leaves");
      }
    }
    for (var story : database.stories.values()) {
      if (!story.moments.isEmpty() && !story.isDeleted) {
        var owner = story.row().ownership();
        world.checks.that(
            owner == null
                || !process.ids.contains(owner.replica())
                || process.soundSince > process.leavingSince(),
            Promise.P8,
            () -> process.name() + " has left and still has " + story.name);
      }
    }
  }

  void troubled() {
    processes.forEach(Replica::troubled);
  }
}
