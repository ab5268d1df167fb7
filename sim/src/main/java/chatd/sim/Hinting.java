package chatd.sim;

import chatd.engine.port.Hint;
import java.util.List;
import java.util.function.Supplier;

/// The way of hints between replicas, on which they are dropped, repeated, late, and overtake each
/// other.
final class Hinting {
  private final World world;
  private final Supplier<List<Replica>> processes;

  /// How many hints are lost, and how many come twice.
  double loss;

  double repeats;

  boolean isSlow;

  Hinting(World world, Supplier<List<Replica>> processes) {
    this.world = world;
    this.processes = processes;
  }

  void publish(Replica from, Hint hint) {
    for (var to : processes.get()) {
      if (to == from) {
        continue;
      }
      if (world.chance(loss)) {
        world.draws.fault("hint dropped");
        continue;
      }
      deliver(to, hint);
      if (world.chance(repeats)) {
        world.draws.fault("hint repeated");
        deliver(to, hint);
      }
    }
  }

  private void deliver(Replica to, Hint hint) {
    var way = isSlow ? world.millis(0, 3_000) : world.wayNanos();
    if (isSlow) {
      world.draws.fault("hint late or out of order");
    }
    world.clock.after(
        way,
        () -> {
          world.trace.event("hint", to.number, () -> to.name() + " hears of " + hint.versions());
          to.session.hear(hint);
        });
  }

  void heal() {
    loss = 0;
    repeats = 0;
    isSlow = false;
  }
}
