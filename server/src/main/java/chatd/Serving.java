package chatd;

import chatd.core.chat.ReplicaId;
import chatd.core.feed.CloseReason;
import chatd.engine.chats.Chats;
import chatd.engine.chats.Hints;
import chatd.engine.chats.TurnWaiter;
import chatd.engine.feed.Feeds;
import chatd.engine.parts.PartLogs;
import chatd.engine.port.ReplicaDirectory;
import chatd.engine.port.ReplicaDirectory.AddressInUse;
import chatd.engine.port.StoreException;
import chatd.engine.watch.Watches;
import chatd.engine.worker.Housekeeping;
import chatd.engine.worker.Membership;
import chatd.engine.worker.WorkerWorld;
import chatd.server.LogTelemetry;
import chatd.server.SystemTime;
import chatd.server.cli.CannotRun;
import chatd.server.cli.Progress;
import chatd.server.cli.Server;
import chatd.server.cli.Starter;
import chatd.server.config.Secret;
import chatd.server.config.ServeSettings;
import chatd.server.http.Api;
import chatd.server.http.HttpServer;
import chatd.server.http.Sha256;
import chatd.server.metrics.CountedLeftovers;
import chatd.server.metrics.LoopCounts;
import chatd.server.metrics.MeteredTelemetry;
import chatd.server.metrics.Meters;
import chatd.server.model.OfferedModels;
import chatd.server.postgres.DeploymentId;
import chatd.server.postgres.GeneratedClusterSecret;
import chatd.server.postgres.PostgresLeftovers;
import chatd.server.wire.JsonPartEncoder;
import chatd.server.wire.JsonStreamEncoder;
import chatd.server.wire.JsonWatchEncoder;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadLocalRandom;

/// One replica, put together by hand and running.
final class Serving implements Server {
  private static final Duration PART_LOG_KEPT = Duration.ofSeconds(15);
  private static final long PART_LOG_BYTES = 1L << 30;
  static final ThreadFactory VIRTUAL = Thread.ofVirtual().name("chatd-", 0).factory();

  private final ServeSettings settings;
  private final ChosenLimits limits;
  private final Closing closing;
  private final Storage storage;
  private final SystemTime time;
  private final Meters meters = new Meters();
  private final MeteredTelemetry telemetry;
  private final ReplicaReadiness readiness;
  private final Feeds feeds;
  private final Watches watches;
  private final Neighbours neighbours;
  private final Membership membership;
  private final HttpServer http;

  private Serving(Plan plan, Secret adminToken, Progress progress, Closing closing) {
    this.settings = plan.settings();
    this.limits = new ChosenLimits(settings);
    this.closing = closing;
    time = plan.time();
    var counts = new LoopCounts(meters);
    telemetry = new MeteredTelemetry(counts, new LogTelemetry(time));
    closing.then(meters::close);
    closing.then(plan.models()::close);
    var first = new ReplicaId(UUID.randomUUID());
    storage = Storage.open(settings, first, time, progress, closing);
    storage
        .accounts()
        .ensureAdministrator(
            Sha256.of(adminToken.value().getBytes(StandardCharsets.UTF_8)),
            settings.adminToken() != null);

    var hints = new Hints(storage.pubsub());
    var models = Models.open(plan, storage, hints, telemetry, closing);
    var chats = new Chats(storage.chats(), hints);
    var logs = new PartLogs(time, new PartLogs.Limits(PART_LOG_KEPT, PART_LOG_BYTES));
    neighbours =
        new Neighbours(
            new Neighbours.Self(this::id, clusterSecret()),
            logs,
            time,
            VIRTUAL,
            telemetry,
            this::lostLink);
    closing.then(neighbours::close);
    readiness = new ReplicaReadiness(storage, neighbours);
    feeds =
        new Feeds(
            new Feeds.Sources(
                storage.chats(),
                hints,
                new Feeds.Parts(logs, neighbours.relay(), this::id),
                storage.accounts()),
            new JsonStreamEncoder(),
            time,
            VIRTUAL,
            limits.feeds(),
            new MeteredTelemetry(counts, new LogTelemetry(time)));
    watches =
        new Watches(
            new Watches.Sources(storage.changes(), hints, storage.accounts()),
            new JsonWatchEncoder(Front.organization(DeploymentId.of(storage.database()).id())),
            time,
            VIRTUAL,
            limits.watches(),
            telemetry);
    membership =
        new Turns(settings, storage, time, telemetry)
            .membership(
                new Membership.Self(first, Version.current(), neighbours.probe()),
                new WorkerWorld.Storage(storage.chats(), chats, hints),
                new WorkerWorld.Generation(logs, new JsonPartEncoder(), models.offered()),
                new Fate());
    http =
        http(
            new Api.Engine(
                chats, new TurnWaiter(storage.chats(), hints, time), models.administration()),
            models.offered());
    addFigures(logs);
    hints.start();
    feeds.start();
    closing.then(feeds::stop);
    watches.start();
    closing.then(watches::stop);
    var housekeeping =
        new Housekeeping(
            new CountedLeftovers(new PostgresLeftovers(storage.database()), time, meters),
            new Housekeeping.Surroundings(
                time, VIRTUAL, () -> ThreadLocalRandom.current().nextDouble(), telemetry),
            Housekeeping.Limits.DEFAULT);
    housekeeping.start();
    closing.then(housekeeping::stop);
  }

  private void addFigures(PartLogs logs) {
    var figures = new Figures(meters);
    figures.ofDatabase(storage);
    figures.ofParts(logs, neighbours);
    figures.ofFeeds(feeds, limits.feeds().budgets());
    figures.ofWatches(watches);
    figures.ofTurns(membership, settings.limits().turns());
  }

  private ReplicaId id() {
    return membership.id();
  }

  private String clusterSecret() {
    var given = settings.cluster().secret();
    return given == null ? GeneratedClusterSecret.of(storage.database()) : given.value();
  }

  /// The replica at the other end may be gone, and others may have its chats.
  private void lostLink() {
    feeds.lookAgain();
    membership.doubt();
  }

  /// Checks the settings, and that nobody listens at the address yet.
  static Starter.Prepared prepare(ServeSettings settings) {
    var plan = Plan.of(settings);
    return (adminToken, progress) -> start(plan, adminToken, progress);
  }

  private static Server start(Plan plan, Secret adminToken, Progress progress) {
    var closing = new Closing();
    try {
      var serving = new Serving(plan, adminToken, progress, closing);
      serving.open();
      return serving;
    } catch (StoreException e) {
      closing.run();
      throw new CannotRun("The database does not answer: " + e.getMessage(), e);
    } catch (AddressInUse e) {
      closing.run();
      throw new CannotRun(
          e.getMessage()
              + "; if that one runs on another machine, say with --relay-url how each is reached.",
          e);
    } catch (RuntimeException e) {
      closing.run();
      throw e;
    }
  }

  private void open() {
    try {
      http.start();
    } catch (IOException e) {
      throw Plan.cannotListen(settings.listening(), e);
    }
    closing.then(http::stop);
    try {
      membership.start(relayAddress());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CannotRun("The start was interrupted.", e);
    }
  }

  private String relayAddress() {
    var given = settings.cluster().relayUrl();
    return given == null
        ? RelayAddress.of(settings.listening().host(), http.port(), Storage.external(settings))
        : given.toString();
  }

  @Override
  public int port() {
    return http.port();
  }

  @Override
  public int runningTurns() {
    return membership.runningTurns();
  }

  @Override
  public void stop() {
    readiness.drain();
    try {
      membership.leave(settings.running().drain());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // Whoever is left is found by the others.
    }
    feeds.drain();
    watches.drain();
    closing.run();
  }

  @Override
  public void hurry() {
    membership.leaveAtOnce();
  }

  /// Hears what becomes of this replica and of the others.
  private final class Fate implements Membership.Listener {
    @Override
    public void reborn(ReplicaId id) {
      storage.become(id);
      feeds.closeAll(CloseReason.RECONNECT);
      watches.closeAll(CloseReason.RECONNECT);
    }

    @Override
    public void seen(List<ReplicaDirectory.Peer> peers) {
      neighbours.seen(peers);
    }
  }

  private HttpServer http(Api.Engine engine, OfferedModels models) {
    var front = new Front(settings, storage, this::id, meters);
    var open = Front.noStreams();
    var viewers = new Front.Viewers(feeds, watches);
    var api = front.api(engine, models, viewers, open, readiness, time);
    closing.then(api::close);
    return front.server(api, neighbours, open);
  }
}
