package chatd;

import chatd.core.chat.ReplicaId;
import chatd.core.feed.CloseReason;
import chatd.core.turn.RetryPolicy;
import chatd.engine.chats.Chats;
import chatd.engine.chats.Hints;
import chatd.engine.chats.TurnWaiter;
import chatd.engine.feed.FeedLimits;
import chatd.engine.feed.Feeds;
import chatd.engine.models.KnownModels;
import chatd.engine.models.ModelAdministration;
import chatd.engine.parts.PartLogs;
import chatd.engine.port.ReplicaDirectory;
import chatd.engine.port.ReplicaDirectory.AddressInUse;
import chatd.engine.port.StoreException;
import chatd.engine.port.Time;
import chatd.engine.watch.WatchLimits;
import chatd.engine.watch.Watches;
import chatd.engine.worker.Housekeeping;
import chatd.engine.worker.Membership;
import chatd.engine.worker.MembershipLimits;
import chatd.engine.worker.WorkerLimits;
import chatd.engine.worker.WorkerWorld;
import chatd.server.LogTelemetry;
import chatd.server.SystemTime;
import chatd.server.cli.CannotRun;
import chatd.server.cli.Progress;
import chatd.server.cli.Server;
import chatd.server.cli.Starter;
import chatd.server.config.BadSettings;
import chatd.server.config.Secret;
import chatd.server.config.ServeSettings;
import chatd.server.http.Api;
import chatd.server.http.Deployment;
import chatd.server.http.HttpServer;
import chatd.server.http.MetricsApi;
import chatd.server.http.Sha256;
import chatd.server.http.Streams;
import chatd.server.http.UserLimits;
import chatd.server.metrics.CountedLeftovers;
import chatd.server.metrics.LoopCounts;
import chatd.server.metrics.MeteredTelemetry;
import chatd.server.metrics.Meters;
import chatd.server.model.ApiKey;
import chatd.server.model.BadModelSettings;
import chatd.server.model.ConfiguredModels;
import chatd.server.model.ModelSettings;
import chatd.server.model.OfferedModels;
import chatd.server.model.ProviderRules;
import chatd.server.postgres.DeploymentId;
import chatd.server.postgres.GeneratedClusterSecret;
import chatd.server.postgres.PostgresLeftovers;
import chatd.server.postgres.PostgresTitleClaims;
import chatd.server.stream.OpenStreams;
import chatd.server.stream.ServerSentEvents;
import chatd.server.stream.WebSockets;
import chatd.server.wire.JsonPartEncoder;
import chatd.server.wire.JsonStreamEncoder;
import chatd.server.wire.JsonWatchEncoder;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/// One replica, put together by hand and running.
final class Serving implements Server {
  private static final Duration GOODBYE = Duration.ofSeconds(5);
  private static final Duration PART_LOG_KEPT = Duration.ofSeconds(15);
  private static final long PART_LOG_BYTES = 1L << 30;
  private static final ThreadFactory VIRTUAL = Thread.ofVirtual().name("chatd-", 0).factory();

  private final ServeSettings settings;
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
    var rules = rules(settings.models(), EncryptionKey.of(settings));
    var models = new OfferedModels(plan.models(), rules, time);
    closing.then(models::close);
    var known =
        new KnownModels(
            storage.models(),
            hints,
            models::take,
            new KnownModels.Surroundings(time, VIRTUAL, telemetry));
    known.start();
    closing.then(known::stop);
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
            feedLimits(),
            new MeteredTelemetry(counts, new LogTelemetry(time)));
    watches = watches(hints);
    membership =
        membership(
            new Membership.Self(first, Version.current(), neighbours.probe()),
            hints,
            chats,
            logs,
            models);
    http =
        http(
            new Api.Engine(
                chats,
                new TurnWaiter(storage.chats(), hints, time),
                new ModelAdministration(
                    plan.models().configured(), storage.models(), rules, known, UUID::randomUUID)),
            models);
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
    figures.ofFeeds(feeds, feedLimits().budgets());
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

  /// What is known before anything is made.
  private record Plan(ServeSettings settings, SystemTime time, ConfiguredModels models) {}

  /// Checks the settings, and that nobody listens at the address yet.
  static Starter.Prepared prepare(ServeSettings settings) {
    var _ = Storage.external(settings);
    var time = new SystemTime();
    var plan = new Plan(settings, time, models(settings.models(), time));
    var _ = rules(settings.models(), settings.models().providers().encryptionKey());
    requireFree(settings.listening());
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
    var listening = settings.listening();
    try {
      http.start();
    } catch (IOException e) {
      throw cannotListen(listening, e);
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

  /// Starting a database only to find that the port is taken would cost seconds.
  private static void requireFree(ServeSettings.Listening listening) {
    try (var socket = new ServerSocket()) {
      socket.bind(new InetSocketAddress(listening.host(), listening.port()));
    } catch (IOException e) {
      throw cannotListen(listening, e);
    }
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

  private static ConfiguredModels models(ServeSettings.Models wanted, Time time) {
    var key = wanted.openAiApiKey();
    try {
      return new ConfiguredModels(
          new ModelSettings(
              wanted.model(), wanted.openAiBaseUrl(), key == null ? null : new ApiKey(key.value())),
          time);
    } catch (BadModelSettings e) {
      throw new BadSettings(String.valueOf(e.getMessage()));
    }
  }

  private static ProviderRules rules(ServeSettings.Models wanted, @Nullable Secret encryptionKey) {
    try {
      return ProviderRules.of(
          wanted.providers().allowPrivate(), encryptionKey == null ? null : encryptionKey.value());
    } catch (BadModelSettings e) {
      throw new BadSettings(String.valueOf(e.getMessage()));
    }
  }

  private Watches watches(Hints hints) {
    return new Watches(
        new Watches.Sources(storage.changes(), hints, storage.accounts()),
        new JsonWatchEncoder(organization(DeploymentId.of(storage.database()).id())),
        time,
        VIRTUAL,
        new Watches.Limits(feedLimits().times(), WatchLimits.DEFAULT),
        telemetry);
  }

  private static UUID organization(UUID deployment) {
    return UUID.nameUUIDFromBytes(
        ("organization of " + deployment).getBytes(StandardCharsets.US_ASCII));
  }

  private FeedLimits feedLimits() {
    var usual = FeedLimits.DEFAULT;
    var times = usual.times();
    return new FeedLimits(
        new FeedLimits.Times(
            times.linger(),
            times.poll(),
            times.sessions(),
            keepalive(times.keepalive(), settings.limits().stall()),
            settings.limits().stall(),
            times.drain()),
        usual.budgets());
  }

  /// A client that may be silent only shortly is asked more often: it has two pings to answer.
  private static Duration keepalive(Duration usual, Duration stall) {
    var third = stall.dividedBy(3);
    return third.compareTo(usual) < 0 ? third : usual;
  }

  private Membership membership(
      Membership.Self self, Hints hints, Chats chats, PartLogs logs, OfferedModels models) {
    var world =
        new WorkerWorld(
            new WorkerWorld.Storage(storage.chats(), chats, hints),
            new WorkerWorld.Generation(logs, new JsonPartEncoder(), models),
            new WorkerWorld.Surroundings(
                time,
                VIRTUAL,
                () -> ThreadLocalRandom.current().nextDouble(),
                UUID::randomUUID,
                telemetry),
            workerLimits());
    return new Membership(
        storage.replicas(),
        world,
        MembershipLimits.of(settings.running().lease()),
        Thread.ofPlatform().daemon().name("heartbeat").factory(),
        self,
        new Membership.Listener() {
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
        });
  }

  private WorkerLimits workerLimits() {
    var usual = WorkerLimits.DEFAULT;
    var retries = RetryPolicy.DEFAULT;
    return new WorkerLimits(
        new WorkerLimits.Capacity(settings.limits().turns(), usual.capacity().subs()),
        new WorkerLimits.Steps(
            settings.models().steps(), usual.steps().liveTextBytes(), usual.steps().rowBytes()),
        new RetryPolicy(
            settings.models().attempts(),
            retries.silencesMax(),
            retries.first(),
            retries.longest(),
            retries.askedLongest()),
        new WorkerLimits.Patience(
            settings.models().silence(),
            settings.models().clientTools(),
            usual.patience().poll(),
            usual.patience().trouble()));
  }

  private HttpServer http(Api.Engine engine, OfferedModels models) {
    var streams = new OpenStreams(GOODBYE);
    var listening = settings.listening();
    var identity = DeploymentId.of(storage.database());
    var id = identity.id();
    var api =
        new Api(
            new Api.Ports(
                storage.chats(),
                storage.lists(),
                storage.accounts(),
                storage.replicas(),
                models,
                new PostgresTitleClaims(storage.database()),
                time),
            engine,
            new Streams(
                new WebSockets(streams)::open,
                new ServerSentEvents(streams)::open,
                feeds::watch,
                watches::watch),
            readiness,
            new Deployment(
                id, organization(id), identity.since(), Version.current(), listening.externalUrl()),
            new UserLimits.Bounds(
                settings.limits().streamsPerUser(), settings.limits().requestsPerUser()));
    closing.then(api::close);
    return new HttpServer(
        new HttpServer.Settings(
            listening.host(),
            listening.port(),
            () -> id().value(),
            Set.copyOf(listening.allowedOrigins()),
            GOODBYE),
        routes -> {
          api.addTo(routes);
          neighbours.endpoint().addTo(routes);
          new MetricsApi(meters::text).addTo(routes);
        },
        streams);
  }

  private static CannotRun cannotListen(ServeSettings.Listening listening, IOException failure) {
    var cause = failure.getCause() == null ? failure : failure.getCause();
    return new CannotRun(
        "Listening on %s:%d fails: %s; choose another address with --host or --port."
            .formatted(listening.host(), listening.port(), cause.getMessage()),
        failure);
  }
}
