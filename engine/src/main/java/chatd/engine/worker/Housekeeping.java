package chatd.engine.worker;

import chatd.engine.port.Leftovers;
import chatd.engine.port.StoreException;
import chatd.engine.port.Telemetry;
import chatd.engine.port.Time;
import java.time.Duration;
import java.util.concurrent.ThreadFactory;
import java.util.function.DoubleSupplier;
import org.jspecify.annotations.Nullable;

/// Deletes what is of no use any more, now and then and a little at a time. Every replica does, so
/// that it is done as long as one lives; none waits for another.
///
/// A fault ends what was being deleted, and no more than that: the next round begins anew.
public final class Housekeeping {
  private final Leftovers leftovers;
  private final Surroundings world;
  private final Limits limits;
  private volatile boolean stopped;
  private volatile Time.@Nullable Timer next;

  /// `jitter` is drawn from 0 to 1.
  public record Surroundings(
      Time time, ThreadFactory threads, DoubleSupplier jitter, Telemetry telemetry) {}

  /// `pause` lies between two rounds, give or take a fifth. A round deletes at most `batches` times
  /// `batch` of each kind, each batch in a transaction of its own.
  public record Limits(Duration pause, int batch, int batches) {
    public static final Limits DEFAULT = new Limits(Duration.ofMinutes(1), 1_000, 100);
  }

  public Housekeeping(Leftovers leftovers, Surroundings world, Limits limits) {
    this.leftovers = leftovers;
    this.world = world;
    this.limits = limits;
  }

  /// Begins with a pause: who starts has better things to do.
  public void start() {
    schedule();
  }

  /// Begins no further batch.
  public void stop() {
    stopped = true;
    var timer = next;
    if (timer != null) {
      timer.cancel();
    }
  }

  private void schedule() {
    var fifths = 0.8 + 0.4 * world.jitter().getAsDouble();
    var pause = Duration.ofNanos((long) (limits.pause().toNanos() * fifths));
    if (!stopped) {
      next = world.time().after(pause, () -> world.threads().newThread(this::round).start());
    }
  }

  private void round() {
    try {
      for (var kind : Leftovers.Kind.values()) {
        guarded(kind);
      }
    } finally {
      schedule();
    }
  }

  private void guarded(Leftovers.Kind kind) {
    try {
      delete(kind);
    } catch (StoreException e) {
      if (!stopped) { // Else the store has stopped, too.
        world.telemetry().trouble("deleting " + kind, e);
      }
    } catch (RuntimeException | Error e) {
      world.telemetry().broken("deleting " + kind, e);
    }
  }

  private void delete(Leftovers.Kind kind) {
    for (var i = 0; i < limits.batches() && !stopped; i++) {
      if (leftovers.delete(kind, limits.batch()) < limits.batch()) {
        return;
      }
    }
  }
}
