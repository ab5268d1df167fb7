package chatd;

import chatd.core.chat.ReplicaId;
import chatd.engine.feed.Feeds;
import chatd.engine.port.Time;
import chatd.engine.watch.Watches;
import chatd.server.config.ServeSettings;
import chatd.server.http.Api;
import chatd.server.http.Deployment;
import chatd.server.http.HttpServer;
import chatd.server.http.MetricsApi;
import chatd.server.http.Readiness;
import chatd.server.http.Streams;
import chatd.server.http.UserLimits;
import chatd.server.metrics.Meters;
import chatd.server.metrics.RequestTimes;
import chatd.server.model.OfferedModels;
import chatd.server.postgres.DeploymentId;
import chatd.server.postgres.PostgresTitleClaims;
import chatd.server.stream.OpenStreams;
import chatd.server.stream.ServerSentEvents;
import chatd.server.stream.WebSockets;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Set;
import java.util.UUID;
import java.util.function.Supplier;

/// What clients see of a replica: the routes and the server that has them.
///
/// @param id the replica's at each moment
record Front(ServeSettings settings, Storage storage, Supplier<ReplicaId> id, Meters meters) {
  private static final Duration GOODBYE = Duration.ofSeconds(5);

  /// Those who serve viewers.
  record Viewers(Feeds feeds, Watches watches) {}

  /// The routes of the interface, whose streams are among `open`.
  Api api(
      Api.Engine engine,
      OfferedModels models,
      Viewers viewers,
      OpenStreams open,
      Readiness readiness,
      Time time) {
    return new Api(
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
            new WebSockets(open)::open,
            new ServerSentEvents(open)::open,
            viewers.feeds()::watch,
            viewers.watches()::watch),
        readiness,
        deployment(),
        new UserLimits.Bounds(
            settings.limits().streamsPerUser(), settings.limits().requestsPerUser()));
  }

  /// The server that has these routes, those for neighbours, and the figures.
  HttpServer server(Api api, Neighbours neighbours, OpenStreams open) {
    var listening = settings.listening();
    return new HttpServer(
        new HttpServer.Settings(
            listening.host(),
            listening.port(),
            () -> id.get().value(),
            Set.copyOf(listening.allowedOrigins()),
            connectionsMax(),
            GOODBYE),
        routes -> {
          api.addTo(routes);
          neighbours.endpoint().addTo(routes);
          new MetricsApi(meters::text).addTo(routes);
        },
        open,
        new RequestTimes(meters)::answered);
  }

  /// Three of four files that may be open. What is left is for the database, other replicas and
  /// providers: strangers must not take that away.
  private int connectionsMax() {
    return (int) Math.min(meters.filesMax() / 4 * 3, Integer.MAX_VALUE);
  }

  /// None of them is open yet.
  static OpenStreams noStreams() {
    return new OpenStreams(GOODBYE);
  }

  private Deployment deployment() {
    var identity = DeploymentId.of(storage.database());
    return new Deployment(
        identity.id(),
        organization(identity.id()),
        identity.since(),
        Version.current(),
        settings.listening().externalUrl());
  }

  /// The organization that everything of this deployment belongs to.
  static UUID organization(UUID deployment) {
    return UUID.nameUUIDFromBytes(
        ("organization of " + deployment).getBytes(StandardCharsets.US_ASCII));
  }
}
