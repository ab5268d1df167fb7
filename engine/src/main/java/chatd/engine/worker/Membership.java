package chatd.engine.worker;

import chatd.core.chat.ChatRow;
import chatd.core.chat.ReplicaId;
import chatd.core.runner.PeerWatch;
import chatd.engine.loop.Pause;
import chatd.engine.port.Hint;
import chatd.engine.port.PeerProbe;
import chatd.engine.port.ReplicaDirectory;
import chatd.engine.port.StoreException;
import chatd.engine.port.Telemetry;
import chatd.engine.port.Time;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicBoolean;
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
  private final Self self;
  private final Listener listener;
  private final CountDownLatch ended = new CountDownLatch(1);
  private volatile String address = "";
  private volatile Life life;
  private final Pause drained = new Pause();
  private final AtomicBoolean repairing = new AtomicBoolean();
  private final AtomicBoolean doubts = new AtomicBoolean();
  private volatile boolean leaving;
  private volatile boolean left;
  private volatile @Nullable Pause pause;

  /// How this replica begins: its first id, the version it runs, and how it finds out who answers
  /// at the addresses of others.
  public record Self(ReplicaId first, String version, PeerProbe probe) {}

  /// Hears what becomes of this replica and of the others. Called on the thread that beats; must
  /// return quickly.
  public interface Listener {
    /// This replica was declared dead and goes on under a new id.
    void reborn(ReplicaId id);

    /// The others that are not dead, several times a second.
    void seen(List<ReplicaDirectory.Peer> peers);
  }

  /// One registration.
  private record Life(ReplicaId id, Lease lease, Worker worker, Loop loop) {}

  /// The proof that a worker's loop is alive.
  private static final class Loop {
    private volatile long answeredAt;

    Loop(long now) {
      answeredAt = now;
    }
  }

  /// `ownThread` makes the one thread that beats, which no other work may hold up.
  public Membership(
      ReplicaDirectory directory,
      WorkerWorld world,
      MembershipLimits limits,
      ThreadFactory ownThread,
      Self self,
      Listener listener) {
    this.directory = directory;
    this.world = world;
    this.limits = limits;
    this.ownThread = ownThread;
    this.self = self;
    this.listener = listener;
    this.life = newLife(self.first());
  }

  public ReplicaId id() {
    return life.id;
  }

  public int runningTurns() {
    return life.worker.running();
  }

  /// Registers under the address at which the others reach this replica, and begins to work. The
  /// lock of a process that ended just now may be held a few seconds longer, and is waited for.
  ///
  /// @throws ReplicaDirectory.AddressInUse if another living replica has this address
  /// @throws StoreException if the database cannot be reached
  /// @throws InterruptedException if the thread is to stop
  public void start(String url) throws InterruptedException {
    address = url;
    var deadline = time().nanos() + limits.ghost().toNanos();
    while (!register(deadline)) {
      new Pause().await(time(), limits.look());
    }
    life.worker.start();
    ownThread.newThread(this::loop).start();
  }

  /// False: not yet.
  private boolean register(long deadline) {
    try {
      freed(directory.register(life.id, address, self.version()));
      return true;
    } catch (ReplicaDirectory.AddressInUse e) {
      if (time().nanos() >= deadline) {
        throw e;
      }
      return false;
    }
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
    wake();
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
    var bounds = new PeerWatch.Bounds(limits.lease().toNanos(), limits.gap().toNanos());
    var peers = new Peers(directory, self.probe(), bounds, time(), this::wake);
    var nextBeat = time().nanos();
    var nextLook = time().nanos();
    var nextSweep = time().nanos();
    try {
      while (!left) {
        var now = time().nanos();
        if (now >= nextBeat) {
          nextBeat = now + limits.heartbeat().toNanos();
          if (beat()) {
            peers.beaten();
          }
        }
        var dead = new ArrayList<>(peers.hear());
        if (now >= nextLook || doubts.getAndSet(false)) {
          nextLook = now + limits.look().toNanos();
          dead.addAll(look(peers));
        }
        if (now >= nextSweep || !dead.isEmpty()) {
          nextSweep = now + limits.sweep().toNanos();
          repair(dead);
        }
        rest(peers, nextLook);
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
    current.worker.databaseIs(beat.now());
    current.worker.audit(beat.owned());
    return true;
  }

  private void beginAnew(Life dead) {
    if (leaving) {
      return;
    }
    if (!dead.lease.isOver()) { // The first time.
      world.runtime().telemetry().happened(Telemetry.Happening.LEASE_LOST, 1);
    }
    dead.lease.end();
    dead.worker.halt();
    var next = newLife(new ReplicaId(world.runtime().ids().get()));
    freed(directory.register(next.id, address, self.version()));
    life = next;
    next.worker.start();
    listener.reborn(next.id);
  }

  private List<PeerWatch.Dead> look(Peers peers) {
    List<PeerWatch.Dead> dead = new ArrayList<>();
    guarded(
        "looking at the other replicas",
        () -> {
          var current = life;
          dead.addAll(peers.look(current.id));
          current.worker.compareWith(peers.fewestTurns());
          listener.seen(peers.newest());
        });
    return dead;
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
                  () -> freed(directory.declareDead(peer.id(), peer.beat())));
            }
            guarded("sweeping", () -> announce(directory.sweep()));
          } finally {
            repairing.set(false);
          }
        })
        .start();
  }

  /// These chats had an owner that is dead.
  private void freed(List<ChatRow> rows) {
    if (!rows.isEmpty()) {
      world.runtime().telemetry().happened(Telemetry.Happening.TAKEOVER, rows.size());
    }
    announce(rows);
  }

  private void rest(Peers peers, long until) throws InterruptedException {
    var current = new Pause();
    pause = current;
    var length = until - time().nanos();
    if (!left && !peers.hasAnswers() && !doubts.get() && length > 0) {
      current.await(time(), Duration.ofNanos(length));
    }
  }

  /// Somebody has reason to believe that another replica is gone: look at once.
  public void doubt() {
    doubts.set(true);
    wake();
  }

  private void wake() {
    var waiting = pause;
    if (waiting != null) {
      waiting.end();
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
    } catch (RuntimeException | Error e) {
      // Without this thread the replica would be neither alive nor dead.
      world.runtime().telemetry().broken(what, e);
    }
  }

  private Time time() {
    return world.runtime().time();
  }
}
