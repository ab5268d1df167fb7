package chatd.engine.worker;

import chatd.core.chat.ChatRow;
import chatd.core.chat.ReplicaId;
import chatd.core.runner.PeerWatch;
import chatd.engine.loop.Pause;
import chatd.engine.port.Hint;
import chatd.engine.port.ReplicaDirectory;
import chatd.engine.port.StoreException;
import chatd.engine.port.Time;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// This process as a member of its deployment: it registers, beats while its worker lives, watches
/// the others, sweeps up what nobody looks after, and leaves.
///
/// When it finds itself declared dead, its runs end where they are and it begins anew under a fresh
/// id, with a worker of its own.
public final class Membership {
  private final ReplicaDirectory directory;
  private final WorkerWorld world;
  private final MembershipLimits limits;
  private final ThreadFactory ownThread;
  private final String version;
  private final Consumer<ReplicaId> reborn;
  private final CountDownLatch ended = new CountDownLatch(1);
  private volatile String address = "";
  private volatile Life life;
  private final Pause drained = new Pause();
  private final AtomicBoolean repairing = new AtomicBoolean();
  private volatile boolean leaving;
  private volatile boolean left;
  private volatile @Nullable Pause pause;

  /// How this replica begins: its first id, and the version it runs.
  public record Self(ReplicaId first, String version) {}

  /// One registration.
  private record Life(ReplicaId id, Lease lease, Worker worker, Loop loop) {}

  /// The proof that a worker's loop is alive.
  private static final class Loop {
    private volatile long answeredAt;

    Loop(long now) {
      answeredAt = now;
    }
  }

  /// `ownThread` makes the one thread that beats, which no other work may hold up. `reborn` hears
  /// of a new id after a declared death.
  public Membership(
      ReplicaDirectory directory,
      WorkerWorld world,
      MembershipLimits limits,
      ThreadFactory ownThread,
      Self self,
      Consumer<ReplicaId> reborn) {
    this.directory = directory;
    this.world = world;
    this.limits = limits;
    this.ownThread = ownThread;
    this.version = self.version();
    this.reborn = reborn;
    this.life = newLife(self.first());
  }

  public ReplicaId id() {
    return life.id;
  }

  public int runningTurns() {
    return life.worker.running();
  }

  /// Registers under the address at which the others reach this replica, and begins to work.
  ///
  /// @throws ReplicaDirectory.AddressInUse if another living replica has this address
  /// @throws StoreException if the database cannot be reached
  public void start(String url) {
    address = url;
    announce(directory.register(life.id, address, version));
    life.worker.start();
    ownThread.newThread(this::loop).start();
  }

  /// Takes no more turns; those that run are given up after their next commit. Returns when none is
  /// left or `timeout` has passed; then what is left is released, and this replica has left.
  public void leave(Duration timeout) throws InterruptedException {
    leaving = true;
    guarded("draining", () -> directory.drain(life.id));
    life.worker.drain(drained::end);
    drained.await(time(), timeout);
    var retired = retire();
    left = true;
    var waiting = pause;
    if (waiting != null) {
      waiting.end();
    }
    ended.await();
    if (!life.id.equals(retired.id)) {
      retire(); // It was just being registered anew.
    }
  }

  /// From now on `leave` waits for no turn.
  public void leaveAtOnce() {
    drained.end();
  }

  private Life retire() {
    var current = life;
    current.worker.halt();
    guarded("leaving", () -> announce(directory.retire(current.id)));
    current.lease.end();
    return current;
  }

  private void loop() {
    var watch = PeerWatch.begin(limits.lease().toNanos(), limits.gap().toNanos(), time().nanos());
    var nextBeat = time().nanos();
    var nextSweep = time().nanos();
    try {
      while (!left) {
        var now = time().nanos();
        if (now >= nextBeat) {
          nextBeat = now + limits.heartbeat().toNanos();
          if (beat()) {
            watch = watch.beaten(time().nanos());
          }
        }
        var seen = look(watch);
        watch = seen.next();
        if (now >= nextSweep || !seen.dead().isEmpty()) {
          nextSweep = now + limits.sweep().toNanos();
          repair(seen.dead());
        }
        rest();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      ended.countDown();
    }
  }

  private boolean beat() {
    var current = life;
    var beaten = new AtomicBoolean();
    guarded("heartbeat", () -> beaten.set(beat(current)));
    return beaten.get();
  }

  private boolean beat(Life current) {
    if (current.lease.isOver()) {
      beginAnew(current); // It was tried before.
      return false;
    }
    current.worker.ping(() -> current.loop.answeredAt = time().nanos());
    var sentAt = time().nanos();
    if (sentAt - current.loop.answeredAt > limits.loopSilence().toNanos()) {
      return false; // A heartbeat would say that this replica works, and it does not.
    }
    var beat = directory.beat(current.id);
    if (!beat.alive()) {
      beginAnew(current);
      return false;
    }
    current.lease.confirmed(sentAt);
    current.worker.audit(beat.owned());
    return true;
  }

  private void beginAnew(Life dead) {
    if (leaving) {
      return;
    }
    dead.lease.end();
    dead.worker.halt();
    var next = newLife(new ReplicaId(world.runtime().ids().get()));
    announce(directory.register(next.id, address, version));
    life = next;
    next.worker.start();
    reborn.accept(next.id);
  }

  private PeerWatch.Seen look(PeerWatch watch) {
    var seen = new AtomicReference<>(new PeerWatch.Seen(watch, List.of()));
    guarded(
        "looking at the other replicas",
        () -> {
          var beats =
              directory.look(life.id).stream()
                  .collect(
                      Collectors.toMap(ReplicaDirectory.Peer::id, ReplicaDirectory.Peer::beat));
          seen.set(watch.look(beats, time().nanos()));
        });
    return seen.get();
  }

  /// Declares the dead dead, and sweeps up behind them. On a thread of its own: this needs the
  /// common connections, and a heartbeat must not wait for those.
  private void repair(List<PeerWatch.Dead> dead) {
    if (!repairing.compareAndSet(false, true)) {
      return; // Whoever is dead is so at the next look, too.
    }
    world
        .runtime()
        .threads()
        .newThread(() -> {
          try {
            for (var peer : dead) {
              guarded(
                  "declaring a replica dead",
                  () -> announce(directory.declareDead(peer.id(), peer.beat())));
            }
            guarded("sweeping", () -> announce(directory.sweep()));
          } finally {
            repairing.set(false);
          }
        })
        .start();
  }

  private void rest() throws InterruptedException {
    var current = new Pause();
    pause = current;
    if (!left) {
      current.await(time(), limits.look());
    }
  }

  private Life newLife(ReplicaId id) {
    var lease = new Lease(time(), limits.lease());
    return new Life(id, lease, new Worker(world, id, lease), new Loop(time().nanos()));
  }

  private void announce(List<ChatRow> rows) {
    rows.forEach(row -> world.storage().hints().announce(Hint.of(row)));
  }

  private void guarded(String what, Runnable body) {
    try {
      body.run();
    } catch (StoreException e) {
      world.runtime().telemetry().trouble(what, e);
    } catch (RuntimeException e) {
      // Without this thread the replica would be neither alive nor dead.
      world.runtime().telemetry().broken(what, e);
    }
  }

  private Time time() {
    return world.runtime().time();
  }
}
