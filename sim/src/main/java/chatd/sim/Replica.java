package chatd.sim;

import chatd.core.chat.ReplicaId;
import chatd.core.feed.CloseReason;
import chatd.core.part.Episode;
import chatd.core.relay.RelayTimes;
import chatd.core.runner.PeerWatch.Answer;
import chatd.engine.chats.Chats;
import chatd.engine.chats.Hints;
import chatd.engine.fake.NotedTelemetry;
import chatd.engine.fake.OneThread;
import chatd.engine.feed.FeedLimits;
import chatd.engine.feed.Feeds;
import chatd.engine.parts.PartListener;
import chatd.engine.parts.PartLogs;
import chatd.engine.port.PeerProbe;
import chatd.engine.port.ReplicaDirectory;
import chatd.engine.port.StoreException;
import chatd.engine.port.Time;
import chatd.engine.watch.WatchLimits;
import chatd.engine.watch.Watches;
import chatd.engine.worker.Membership;
import chatd.engine.worker.MembershipLimits;
import chatd.engine.worker.WorkerLimits;
import chatd.engine.worker.WorkerWorld;
import chatd.relay.ClusterSecret;
import chatd.relay.LinkServer;
import chatd.relay.Relay;
import chatd.relay.RelayWorld;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/// One replica: the real loops, wired as a real process wires them, in a process that can freeze
/// and die.
final class Replica {
  static final Duration LEASE = Duration.ofSeconds(10);
  static final Duration CLIENT_TOOLS = Duration.ofSeconds(8);
  static final Duration SILENCE = Duration.ofSeconds(20);

  /// The usual times, but what nobody uses or hears of is given up sooner.
  private static final RelayTimes RELAY =
      new RelayTimes(
          RelayTimes.DEFAULT.dial(),
          RelayTimes.DEFAULT.ping(),
          RelayTimes.DEFAULT.silence(),
          Duration.ofSeconds(8),
          RelayTimes.DEFAULT.steady(),
          RelayTimes.DEFAULT.backoffFirst(),
          RelayTimes.DEFAULT.backoffLongest());

  private static final FeedLimits FEEDS =
      new FeedLimits(
          new FeedLimits.Times(
              FeedLimits.DEFAULT.times().linger(),
              FeedLimits.DEFAULT.times().poll(),
              FeedLimits.DEFAULT.times().sessions(),
              FeedLimits.DEFAULT.times().keepalive(),
              Duration.ofSeconds(35),
              FeedLimits.DEFAULT.times().drain()),
          FeedLimits.DEFAULT.budgets());

  private static final ClusterSecret SECRET = new ClusterSecret("of the simulation");

  private enum State {
    RUNNING,
    FROZEN,
    GONE
  }

  final int number;
  final String address;
  final Set<ReplicaId> ids = new HashSet<>();
  final DatabaseLink database;
  final Session session;
  final LinkServer links;
  final Feeds feeds;
  final Watches watches;
  final Chats chats;
  final LinkedStore store;
  final Membership membership;
  final PartLogs logs;
  final Streams streams;
  final NotedTelemetry telemetry = new NotedTelemetry();

  /// Requests to the model that run.
  final Set<Model.Answer> calls = new java.util.LinkedHashSet<>();

  private final World world;
  private final Heartbeats heartbeats;
  private final Network network;
  private final OneThread.Group group;
  private final Relay relay;
  private final List<Runnable> held = new ArrayList<>();
  private final long origin;
  private long threads;
  private long timers;
  private State state = State.RUNNING;
  private boolean isLeaving;
  private boolean hasFailed;
  private boolean hasLeft;
  private long leavingSince;
  private long awakeSince;

  /// How far its wall clock is ahead.
  Duration clockAhead = Duration.ZERO;

  /// Since when nothing was wrong with it, in nanoseconds; it begins anew with every trouble.
  long soundSince;

  Replica(
      World world, Database truth, Network network, Hinting hinting, int number, String address) {
    this.world = world;
    this.heartbeats = truth.heartbeats;
    this.network = network;
    this.number = number;
    this.address = address;
    this.origin = world.random.nextLong(1L << 50);
    this.soundSince = world.clock.nanos();
    group = world.thread.group();
    database = new DatabaseLink(world, truth, this);
    session = new Session(world, truth, this, hinting);
    var time = new ProcessTime();
    var hints = new Hints(session);
    store = new LinkedStore(truth.store, database);
    chats = new Chats(store, hints);
    logs = new PartLogs(time, new PartLogs.Limits(Duration.ofSeconds(15), 1L << 30));
    var relayWorld =
        new RelayWorld(
            new RelayWorld.Self(this::id, SECRET),
            new RelayWorld.Surroundings(time, this::newThread, world.random.split(), telemetry),
            RELAY);
    relay = new Relay(relayWorld, network.dialerOf(this), _ -> lostLink());
    links = new LinkServer(relayWorld, logs, LinkServer.Limits.DEFAULT);
    streams = new Streams(relay);
    feeds =
        new Feeds(
            new Feeds.Sources(
                store,
                hints,
                new Feeds.Parts(logs, streams, this::id),
                tokens -> database.read(() -> truth.live(tokens))),
            world.wire,
            time,
            this::newThread,
            FEEDS,
            telemetry);
    watches =
        new Watches(
            new Watches.Sources(
                new LinkedChanges(truth.changes, database),
                hints,
                tokens -> database.read(() -> truth.live(tokens))),
            world.wire,
            time,
            this::newThread,
            new Watches.Limits(FEEDS.times(), WatchLimits.DEFAULT),
            telemetry);
    var usual = WorkerLimits.DEFAULT;
    membership =
        new Membership(
            new LinkedDirectory(truth, database, session, this),
            new WorkerWorld(
                new WorkerWorld.Storage(store, chats, hints),
                new WorkerWorld.Generation(logs, Texts::encode, new Model(world, this)),
                new WorkerWorld.Surroundings(
                    time, this::newThread, world.random::nextDouble, world::uuid, telemetry),
                new WorkerLimits(
                    usual.capacity(),
                    usual.steps(),
                    usual.retries(),
                    new WorkerLimits.Patience(
                        SILENCE,
                        CLIENT_TOOLS,
                        usual.patience().poll(),
                        usual.patience().trouble()))),
            MembershipLimits.of(LEASE),
            this::newThread,
            new Membership.Self(new ReplicaId(world.uuid()), "simulated", probe()),
            new Fate());
    ids.add(id());
    hints.start();
    feeds.start();
    watches.start();
    network.listen(address, this);
    session.hold(id());
    spawn(this::start);
  }

  private void start() {
    try {
      membership.start(address);
      session.hold(id());
    } catch (StoreException | ReplicaDirectory.AddressInUse e) {
      hasFailed = true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /// Whether it could not start: such a process ends, and is started anew by whoever watches it.
  boolean hasFailed() {
    return hasFailed;
  }

  private Thread newThread(Runnable work) {
    threads++;
    return group
        .threads()
        .newThread(() -> {
          try {
            work.run();
          } finally {
            threads--;
          }
        });
  }

  Time time() {
    return new ProcessTime();
  }

  ReplicaId id() {
    return membership.id();
  }

  String name() {
    return "R" + number;
  }

  static String shortName(ReplicaId id) {
    return id.value().toString().substring(0, 4);
  }

  /// Runs this on a thread of the process.
  void spawn(Runnable work) {
    run(() -> newThread(work).start());
  }

  /// Lets the process hear of something, as soon as it runs.
  void run(Runnable action) {
    switch (state) {
      case RUNNING -> action.run();
      case FROZEN -> held.add(action);
      case GONE -> {}
    }
  }

  boolean exists() {
    return state != State.GONE;
  }

  boolean isRunning() {
    return state == State.RUNNING;
  }

  boolean isFrozen() {
    return state == State.FROZEN;
  }

  /// Runs, and is not about to end.
  boolean serves() {
    return isRunning() && !isLeaving;
  }

  boolean isSound() {
    return serves() && database.isSteady();
  }

  /// Something is wrong from now on, or was until now.
  void troubled() {
    soundSince = Math.max(soundSince, world.clock.nanos());
  }

  /// The database can be reached again; what was asked before still waits in vain for a while.
  void heard() {
    if (database.isMute) {
      soundSince = world.clock.nanos() + DatabaseLink.TIMEOUT;
    }
    database.isMute = false;
  }

  /// As `kill -9`.
  void kill() {
    state = State.GONE;
    group.freeze();
    held.clear();
    network.gone(this);
    world.clock.after(world.millis(1, 30), session::end);
  }

  /// Whether its address refused somebody now or so long ago.
  boolean refusedWithin(long nanos) {
    return network.refusedWithin(address, nanos);
  }

  /// For how long it has run without a break.
  long awakeNanos() {
    return isRunning() ? world.clock.nanos() - awakeSince : 0;
  }

  void freeze() {
    troubled();
    state = State.FROZEN;
    group.freeze();
  }

  void thaw() {
    if (state == State.FROZEN) {
      troubled();
      state = State.RUNNING;
      awakeSince = world.clock.nanos();
      var late = List.copyOf(held);
      held.clear();
      group.thaw();
      late.forEach(Runnable::run);
    }
  }

  /// As SIGTERM: ends by itself, as a real process does.
  void leave(Duration patience) {
    isLeaving = true;
    leavingSince = world.clock.nanos();
    spawn(() -> {
      try {
        membership.leave(patience);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
      feeds.drain();
      watches.drain();
      relay.stop();
      links.stop();
      watches.stop();
      feeds.stop();
      hasLeft = true;
    });
  }

  boolean isLeaving() {
    return isLeaving;
  }

  long leavingSince() {
    return leavingSince;
  }

  boolean hasLeft() {
    return hasLeft;
  }

  /// The end of a process that has left.
  void exit() {
    if (exists()) {
      state = State.GONE;
      group.freeze();
      network.gone(this);
      session.end();
    }
  }

  long threads() {
    return threads;
  }

  long timers() {
    return timers;
  }

  private void lostLink() {
    feeds.lookAgain();
    membership.doubt();
  }

  private PeerProbe probe() {
    return (where, answer) ->
        world.clock.after(
            world.wayNanos(),
            () -> {
              var there = network.at(where);
              if (network.isSilent(where) || (there != null && there.isFrozen())) {
                world.clock.after(
                    Duration.ofSeconds(2), () -> run(() -> answer.accept(new Answer.Unclear())));
              } else if (there == null || !there.isRunning() || network.isRefusing(where)) {
                run(() -> answer.accept(new Answer.Refused()));
              } else {
                var id = there.id();
                run(() -> answer.accept(new Answer.Is(id)));
              }
            });
  }

  /// Notes every part of this chat that is numbered here.
  void listenTo(Story story) {
    logs.subscribe(
        story.id,
        new PartListener() {
          @Override
          public void appended(Episode episode) {
            note(story, episode);
          }

          @Override
          public void sealed(Episode episode) {}
        });
  }

  private void note(Story story, Episode episode) {
    var log = logs.find(story.id, episode);
    if (log == null) {
      return;
    }
    var known = story.numbered.computeIfAbsent(episode, _ -> new Story.Numbered());
    world.checks.that(
        known.log == null || known.log == log,
        Promise.P2,
        () -> "%s numbered parts of %s %s a second time".formatted(name(), story.name, episode));
    known.log = log;
    heartbeats.numbering(id());
    var row = story.moments.isEmpty() ? null : story.row();
    world.checks.that(
        row != null && !episode.isLaterThan(Episode.of(row)),
        Promise.P6,
        () ->
            "%s numbered parts of %s %s, which is at %s"
                .formatted(name(), story.name, episode, row));
    for (var seq = known.parts.size() + 1L; seq <= log.last(); seq++) {
      var frame = log.read(seq, 1);
      if (frame != null) {
        var words = Texts.words(frame);
        known.parts.add(words);
        known.at.add(world.clock.nanos());
        if (Texts.isText(frame)) {
          known.text.append(words);
        }
        var at = seq;
        world.trace.event(
            "part",
            number,
            () ->
                "%s numbers part %d of %s %s: %s"
                    .formatted(name(), at, story.name, episode, words));
      }
    }
  }

  private final class Fate implements Membership.Listener {
    @Override
    public void reborn(ReplicaId id) {
      ids.add(id);
      session.hold(id);
      world.trace.note("fate", number, () -> name() + " goes on as " + shortName(id));
      feeds.closeAll(CloseReason.RECONNECT);
      watches.closeAll(CloseReason.RECONNECT);
    }

    @Override
    public void seen(List<ReplicaDirectory.Peer> peers) {
      relay.peers(
          peers.stream()
              .collect(
                  Collectors.toMap(ReplicaDirectory.Peer::id, ReplicaDirectory.Peer::address)));
    }
  }

  /// The clocks of this process, which differ from those of others.
  private final class ProcessTime implements Time {
    @Override
    public Instant now() {
      return world.clock.now().plus(clockAhead);
    }

    @Override
    public long nanos() {
      return world.clock.nanos() + origin;
    }

    @Override
    public Timer after(Duration delay, Runnable action) {
      timers++;
      var timer = new Object[1];
      var event =
          world.clock.after(
              delay,
              () -> {
                if (timer[0] == null) {
                  timer[0] = this;
                  timers--;
                  run(action);
                }
              });
      return () -> {
        if (timer[0] == null) {
          timer[0] = this;
          timers--;
          event.cancel();
        }
      };
    }
  }
}
