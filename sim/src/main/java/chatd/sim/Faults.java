package chatd.sim;

import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;

/// What goes wrong, drawn from the seed. Everything that lasts ends after a while by itself.
final class Faults {
  private final World world;
  private final Database database;
  private final Network network;
  private final Hinting hinting;
  private final Deployment deployment;
  private int struck;

  Faults(World world, Database database, Network network, Hinting hinting, Deployment deployment) {
    this.world = world;
    this.database = database;
    this.network = network;
    this.hinting = hinting;
    this.deployment = deployment;
  }

  /// One fault.
  void strike() {
    if (deployment.existing().isEmpty()) {
      return;
    }
    var process = world.any(deployment.existing());
    switch (world.random.nextInt(45)) {
      case 0, 1 -> kill(process);
      case 2, 3 -> restart(process);
      case 4, 5 -> drain(process);
      case 6, 7, 8 -> freeze(process);
      case 9 -> refuseDatabase(process);
      case 10 -> muteDatabase(process);
      case 11 -> slowDatabase(process);
      case 12, 13 -> loseAnswers(process);
      case 14 -> cutDatabase(process);
      case 15 -> databaseAway();
      case 16 -> restartDatabase();
      case 17, 18 -> loseListener(process);
      case 19, 20 -> loseHints();
      case 21 -> disorderHints();
      case 22, 23 -> link("link cut", Network.Connection::cut);
      case 24 -> link("link cut in mid-frame", Network.Connection::cutInMidMessage);
      case 25 -> stallLink();
      case 26 -> lieLink();
      case 27 -> refuseLinks(process);
      case 28 -> silenceLinks(process);
      case 29 -> declareDead(process);
      case 30 -> moveClock(process);
      case 31, 32 -> viewer("viewer cut", viewer -> viewer.cut(false));
      case 33 -> viewer("viewer vanished", viewer -> viewer.cut(true));
      case 34 -> stallViewer();
      case 36, 37 -> shakeLinks(process);
      case 41 -> stallWatcher(world.millis(100, 8_000));
      case 38, 39, 40 -> viewer("viewer cut in mid-write", Viewer::cutInMidWrite);
      case 42 -> viewer("viewer keeps its cursor", Viewer::remember);
      case 43, 44 -> viewer("viewer resumes with an old cursor", Viewer::comeBackOld);
      default -> {
        if (world.chance(0.6)) {
          viewer("token ended", Viewer::endToken);
        }
      }
    }
  }

  /// How many there were.
  int struck() {
    return struck;
  }

  private void note(String fault, String about) {
    struck++;
    world.draws.fault(fault);
    world.trace.event("fault", 0, () -> fault + about);
  }

  private void note(String fault, Replica process) {
    note(fault, " at " + process.name());
  }

  private void kill(Replica process) {
    if (deployment.mayEnd(process)) {
      note("kill", process);
      deployment.kill(process);
      deployment.startLater(null);
    }
  }

  private void restart(Replica process) {
    if (deployment.mayEnd(process)) {
      note("kill and restart in its place", process);
      deployment.kill(process);
      deployment.startLater(process.address);
    }
  }

  private void drain(Replica process) {
    if (deployment.mayEnd(process) && process.isSound()) {
      note("drain", process);
      deployment.drain(process);
      deployment.startLater(null);
    }
  }

  private void freeze(Replica process) {
    if (process.isRunning() && deployment.mayEnd(process)) {
      var isLong = world.chance(0.4);
      note(isLong ? "freeze past the lease" : "freeze", process);
      process.freeze();
      world.clock.after(
          isLong ? world.millis(10_500, 16_000) : world.millis(50, 6_000),
          () -> {
            world.trace.note("fault", 0, () -> process.name() + " thaws");
            process.thaw();
          });
    }
  }

  private void lasting(Replica process, long nanos, Runnable end) {
    process.troubled();
    world.clock.after(
        nanos,
        () -> {
          end.run();
          process.troubled();
        });
  }

  private void refuseDatabase(Replica process) {
    note("database refuses one", process);
    process.database.isRefused = true;
    process.database.cut();
    process.session.lose();
    lasting(process, world.millis(200, 13_000), () -> process.database.isRefused = false);
  }

  private void muteDatabase(Replica process) {
    note("database cut off in silence", process);
    process.database.isMute = true;
    lasting(
        process,
        world.millis(200, 13_000),
        () -> {
          process.heard();
          process.session.lose();
        });
  }

  private void slowDatabase(Replica process) {
    note("database slow", process);
    process.database.isSlow = true;
    lasting(process, world.millis(500, 6_000), () -> process.database.isSlow = false);
  }

  private void loseAnswers(Replica process) {
    note("answers get lost", process);
    process.database.loss = 0.3;
    lasting(process, world.millis(500, 4_000), () -> process.database.loss = 0);
  }

  private void cutDatabase(Replica process) {
    note("database connections cut", process);
    process.troubled();
    process.database.cut();
    process.session.lose();
  }

  private void databaseAway() {
    if (database.isUp) {
      note("database away", "");
      database.goDown();
      deployment.existing().forEach(process -> process.session.lose());
      deployment.troubled();
      world.clock.after(
          world.chance(0.3) ? world.millis(10_500, 14_000) : world.millis(100, 8_000),
          () -> {
            database.comeUp();
            deployment.troubled();
          });
    }
  }

  private void restartDatabase() {
    note("database restarts", "");
    deployment.troubled();
    database.memory.restart();
    deployment
        .existing()
        .forEach(process -> {
          process.database.cut();
          process.session.lose();
        });
  }

  private void loseListener(Replica process) {
    note("listener lost", process);
    process.session.lose();
  }

  private void loseHints() {
    note("hints get lost", "");
    hinting.loss = world.chance(0.5) ? 1 : 0.4;
    world.clock.after(world.millis(500, 8_000), () -> hinting.loss = 0);
  }

  private void disorderHints() {
    note("hints repeat and overtake", "");
    hinting.repeats = 0.5;
    hinting.isSlow = true;
    world.clock.after(
        world.millis(500, 8_000),
        () -> {
          hinting.repeats = 0;
          hinting.isSlow = false;
        });
  }

  private void link(String fault, Consumer<Network.Connection> what) {
    var wires = network.wires();
    if (!wires.isEmpty()) {
      note(fault, "");
      network.troubled();
      what.accept(world.any(wires));
    }
  }

  private void stallLink() {
    link(
        "link stalled",
        wire -> {
          wire.stall(true);
          world.clock.after(
              world.millis(200, 9_000),
              () -> {
                network.troubled();
                wire.stall(false);
              });
        });
  }

  private void lieLink() {
    link("link half open", Network.Connection::lie);
  }

  private void refuseLinks(Replica process) {
    note("links refused", process);
    network.troubled();
    network.refuse(process.address, true);
    world.clock.after(
        world.millis(200, 6_000),
        () -> {
          network.troubled();
          network.refuse(process.address, false);
        });
  }

  private void shakeLinks(Replica process) {
    note("links dropped when they are opened", process);
    network.troubled();
    network.shake(process.address, true);
    world.clock.after(
        world.millis(2_000, 8_000),
        () -> {
          network.troubled();
          network.shake(process.address, false);
        });
  }

  private void silenceLinks(Replica process) {
    note("dials unanswered", process);
    network.troubled();
    network.silence(process.address, true);
    world.clock.after(
        world.millis(200, 6_000),
        () -> {
          network.troubled();
          network.silence(process.address, false);
        });
  }

  /// As if another replica had seen it be silent for too long.
  private void declareDead(Replica process) {
    if (process.isSound()) {
      var id = process.id();
      var observer = world.any(deployment.existing());
      if (observer != process && database.isUp) {
        database.directory.look(observer.id()).peers().stream()
            .filter(peer -> peer.id().equals(id))
            .forEach(peer -> {
              note("declared dead while it lives", process);
              process.troubled();
              database.directory.declareDead(id, peer.beat());
              database.wrote(observer, null);
            });
      }
    }
  }

  private void moveClock(Replica process) {
    note("clock moved", process);
    process.clockAhead = Duration.ofSeconds(world.random.nextInt(-60, 60));
  }

  private void viewer(String fault, Consumer<Viewer> what) {
    var there = deployment.viewers().stream().filter(Viewer::isConnected).toList();
    if (!there.isEmpty()) {
      note(fault, "");
      what.accept(world.any(there));
    }
  }

  private void stallViewer() {
    viewer(
        "viewer stalled",
        viewer -> {
          viewer.stall(true);
          world.clock.after(
              world.chance(0.2) ? world.millis(35_000, 45_000) : world.millis(100, 8_000),
              () -> viewer.stall(false));
        });
  }

  private void stallWatcher(long nanos) {
    var watcher = world.any(deployment.watchers());
    note("watcher stalled", "");
    watcher.stall(true);
    world.clock.after(nanos, () -> watcher.stall(false));
  }

  /// After everything has healed: what must heal by itself.
  void last() {
    stallWatcher(world.millis(10_000, 22_000));
    if (world.chance(0.5)) {
      lieLink();
    } else {
      link("link cut", Network.Connection::cut);
    }
  }

  /// Everything that still lasts ends now.
  void heal() {
    world.trace.note("fault", 0, () -> "everything heals");
    database.comeUp();
    network.heal();
    network.troubled();
    hinting.heal();
    deployment.troubled();
    for (var process : List.copyOf(deployment.existing())) {
      process.heard();
      process.database.heal();
      process.thaw();
    }
    deployment.viewers().forEach(viewer -> viewer.stall(false));
  }
}
