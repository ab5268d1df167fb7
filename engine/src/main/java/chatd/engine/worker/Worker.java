package chatd.engine.worker;

import chatd.core.chat.ReplicaId;
import chatd.core.chat.RunId;
import chatd.core.message.ChatId;
import chatd.core.runner.RunnerEvent;
import chatd.engine.loop.Mailbox;
import chatd.engine.port.Chat;
import chatd.engine.port.ReplicaDirectory.Owned;
import chatd.engine.port.StoreException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/// Takes chats that wait for an owner, up to this replica's capacity, and keeps one runner for each
/// chat it has. A hint wakes it; a poll stands behind the hints.
public final class Worker {
  private final WorkerWorld world;
  private final ReplicaId replica;
  private final Lease lease;
  private final Titles titles;
  private final DatabaseClock databaseClock;
  private final Mailbox<Event> mailbox = new Mailbox<>();
  private final ConcurrentHashMap<RunId, Runner> runners = new ConcurrentHashMap<>();
  private Set<RunId> unattended = Set.of();
  private boolean draining;
  private boolean full;
  private boolean yielding;
  private volatile OptionalInt fewestElsewhere = OptionalInt.empty();
  private @Nullable Runnable whenEmpty;

  private sealed interface Event {
    record Look() implements Event {}

    record Acquire() implements Event {}

    /// Others have had their chance.
    record Yielded() implements Event {}

    record Detached() implements Event {}

    record Audit(List<Owned> owned) implements Event {}

    record Ping(Runnable answer) implements Event {}

    record Drain(Runnable whenEmpty) implements Event {}

    record Halt() implements Event {}
  }

  Worker(WorkerWorld world, ReplicaId replica, Lease lease) {
    this.world = world;
    this.replica = replica;
    this.lease = lease;
    this.titles = new Titles(world);
    this.databaseClock = new DatabaseClock(world.runtime().time());
  }

  void start() {
    var hints = world.storage().hints();
    var work = hints.subscribeWork(() -> mailbox.postOnce(new Event.Acquire()));
    var resumed = hints.subscribeResumed(() -> mailbox.postOnce(new Event.Acquire()));
    world
        .runtime()
        .threads()
        .newThread(() -> {
          loop();
          work.end();
          resumed.end();
        })
        .start();
    mailbox.post(new Event.Look());
  }

  /// How many turns run here.
  public int running() {
    return runners.size();
  }

  /// Calls `answer` from the worker's loop: a proof that the loop is alive.
  void ping(Runnable answer) {
    mailbox.post(new Event.Ping(answer));
  }

  /// How many turns the least busy of the other replicas runs; empty: there are no others.
  void compareWith(OptionalInt fewest) {
    fewestElsewhere = fewest;
  }

  /// What time the database has.
  void databaseIs(Instant now) {
    databaseClock.is(now);
  }

  /// What the database says this replica owns.
  void audit(List<Owned> owned) {
    mailbox.post(new Event.Audit(owned));
  }

  /// Takes nothing any more and gives each run up after its next commit; `whenEmpty` is called when
  /// no run is left.
  void drain(Runnable whenEmpty) {
    if (!mailbox.post(new Event.Drain(whenEmpty))) {
      whenEmpty.run(); // Halted: nothing runs here.
    }
  }

  /// Ends every run where it is, without another write, and the worker with them.
  void halt() {
    mailbox.post(new Event.Halt());
  }

  private void loop() {
    try {
      while (true) {
        var events = mailbox.take();
        if (events.isEmpty()) {
          return;
        }
        events.forEach(this::on);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      if (whenEmpty != null) {
        whenEmpty.run(); // Nothing runs here any more, and no end of a run is heard of.
      }
    }
  }

  private void on(Event event) {
    try {
      switch (event) {
        case Event.Look _ -> {
          // First of all: the poll goes on, whatever becomes of this look.
          var _ =
              world
                  .runtime()
                  .time()
                  .after(world.limits().patience().poll(), () -> mailbox.post(new Event.Look()));
          acquire();
        }
        case Event.Acquire _ -> acquireInTurn();
        case Event.Yielded _ -> {
          yielding = false;
          acquire();
        }
        case Event.Detached _ -> detached();
        case Event.Audit(var owned) -> compare(owned);
        case Event.Ping(var answer) -> answer.run();
        case Event.Drain(var then) -> {
          draining = true;
          whenEmpty = then;
          runners.values().forEach(runner -> runner.tell(new RunnerEvent.Drain()));
          checkEmpty();
        }
        case Event.Halt _ -> {
          draining = true;
          runners.values().forEach(Runner::halt);
          mailbox.close().stream().filter(Event.Drain.class::isInstance).forEach(this::on);
        }
      }
    } catch (StoreException e) {
      world.runtime().telemetry().trouble("taking chats", e);
    } catch (RuntimeException | Error e) {
      // One chat that cannot be must not keep this replica from all others.
      world.runtime().telemetry().broken("the worker at " + event, e);
    }
  }

  /// Takes chats, after replicas that are less busy had their chance.
  private void acquireInTurn() {
    var delay = spread().delay();
    if (yielding || draining) {
      return;
    }
    if (delay.isZero()) {
      acquire();
      return;
    }
    yielding = true;
    var _ = world.runtime().time().after(delay, () -> mailbox.post(new Event.Yielded()));
  }

  private Spread spread() {
    return new Spread(runners.size(), fewestElsewhere);
  }

  private void acquire() {
    if (draining || !lease.allowsStart() || !world.generation().logs().hasRoom()) {
      return;
    }
    var capacity = world.limits().capacity();
    var subs = (int) runners.values().stream().filter(runner -> !runner.isRoot()).count();
    var freeRoots = capacity.roots() - (runners.size() - subs);
    var freeSubs = capacity.subs() - subs;
    if (freeRoots > 0 || freeSubs > 0) {
      var most = spread().atOnce();
      var acquired =
          world
              .storage()
              .chats()
              .acquire(
                  replica,
                  Math.clamp(freeRoots, 0, most),
                  Math.clamp(freeSubs, 0, most),
                  () -> new RunId(world.runtime().ids().get()),
                  chat -> run(chat, false));
      full = acquired.size() >= Math.min(freeRoots, freeSubs);
      if (acquired.size() >= most && !full) {
        mailbox.postOnce(new Event.Acquire()); // There may be more, and others may want some.
      }
    }
  }

  private void run(Chat chat, boolean adopted) {
    var owner = chat.row().ownership();
    if (owner == null || runners.containsKey(owner.run())) {
      return;
    }
    var runner =
        new Runner(
            chat.row(),
            owner.run(),
            world,
            new Runner.Own(lease, titles, databaseClock),
            this::forget);
    runners.put(owner.run(), runner);
    if (draining) {
      runner.tell(new RunnerEvent.Drain());
    }
    if (adopted) {
      runner.leaveAttempt(chat.row());
    }
    runner.start(chat.row());
  }

  /// Called on the runner's thread.
  private void forget(Runner runner) {
    runners.remove(runner.run());
    mailbox.postOnce(new Event.Detached());
  }

  private void detached() {
    checkEmpty();
    if (full) {
      acquire(); // Somebody may have waited for this room.
    }
  }

  private void checkEmpty() {
    if (whenEmpty != null && runners.isEmpty()) {
      whenEmpty.run();
      whenEmpty = null;
    }
  }

  /// A chat that is owned but has no runner, seen twice, lost its answer on the way here: it gets
  /// one. One that moved on wakes its runner, whatever became of the hint.
  private void compare(List<Owned> owned) {
    var missing = new HashSet<RunId>();
    var lost = new ArrayList<ChatId>();
    for (var chat : owned) {
      var runner = runners.get(chat.run());
      if (runner != null) {
        runner.tell(new RunnerEvent.Hinted(chat.snapshot()));
      } else if (unattended.contains(chat.run())) {
        lost.add(chat.chat());
      } else {
        missing.add(chat.run());
      }
    }
    unattended = missing;
    lost.forEach(chat -> world.storage().store().find(chat).ifPresent(this::adopt));
  }

  private void adopt(Chat chat) {
    var owner = chat.row().ownership();
    if (owner != null && owner.replica().equals(replica)) {
      run(chat, true);
    }
  }
}
