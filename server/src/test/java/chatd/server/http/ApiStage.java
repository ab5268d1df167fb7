package chatd.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import chatd.contract.Contract;
import chatd.engine.chats.Chats;
import chatd.engine.chats.Hints;
import chatd.engine.chats.TurnWaiter;
import chatd.engine.fake.InMemoryPubsub;
import chatd.engine.fake.ManualTime;
import chatd.engine.models.KnownModels;
import chatd.engine.models.ModelAdministration;
import chatd.engine.port.ChatStore;
import chatd.engine.port.Time;
import chatd.server.LogTelemetry;
import chatd.server.model.ApiKey;
import chatd.server.model.ConfiguredModels;
import chatd.server.model.ModelSettings;
import chatd.server.model.OfferedModels;
import chatd.server.model.OpenAiEndpoint;
import chatd.server.model.ProviderRules;
import chatd.server.postgres.PostgresBackend;
import chatd.server.postgres.embedded.TestPostgres;
import chatd.server.stream.OpenStreams;
import chatd.server.stream.ServerSentEvents;
import chatd.server.stream.WebSockets;
import io.javalin.config.JavalinState;
import io.javalin.router.Endpoint;
import io.javalin.router.ParsedEndpoint;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.UnaryOperator;

/// A server with all its routes on a loopback port, over a database of its own. What it cannot do
/// by itself, tests do: they are the workers, and those who serve viewers.
final class ApiStage implements AutoCloseable {
  static final UUID ORGANIZATION = UUID.fromString("22222222-2222-4222-8222-222222222222");
  static final UUID DEPLOYMENT = UUID.fromString("88888888-8888-4888-8888-888888888888");
  static final UUID REPLICA = UUID.fromString("55555555-5555-4555-8555-555555555555");

  final PostgresBackend backend;
  final ManualTime time = new ManualTime();
  final ConfiguredModels configured = configured(time);
  final ProviderRules rules = ProviderRules.of(false, "A".repeat(43) + "=");
  final OfferedModels offered = new OfferedModels(configured, rules, time);
  final TestModels models = new TestModels(offered);
  final TestViewers viewers = new TestViewers();
  final Set<Readiness.Reason> notReady = EnumSet.noneOf(Readiness.Reason.class);
  final Set<UUID> withOtherSecret = new HashSet<>();
  private final Api api;
  private final HttpServer server;
  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private boolean comparesRows;

  /// What one test may want to be different.
  record Settings(
      UserLimits.Bounds bounds,
      Set<String> allowedOrigins,
      URI externalUrl,
      UnaryOperator<ChatStore> store) {
    static final Settings DEFAULT =
        new Settings(
            UserLimits.Bounds.DEFAULT,
            Set.of(),
            URI.create("https://chat.example.org"),
            UnaryOperator.identity());

    Settings with(UserLimits.Bounds other) {
      return new Settings(other, allowedOrigins, externalUrl, store);
    }

    Settings withAllowedOrigins(String... origins) {
      return new Settings(bounds, Set.of(origins), externalUrl, store);
    }

    Settings withStore(UnaryOperator<ChatStore> around) {
      return new Settings(bounds, allowedOrigins, externalUrl, around);
    }
  }

  ApiStage(TestPostgres postgres, Settings settings) throws IOException {
    backend = new PostgresBackend(postgres);
    var streams = new OpenStreams(Duration.ofMillis(500));
    api = api(settings, streams);
    server =
        new HttpServer(
            new HttpServer.Settings(
                "127.0.0.1",
                0,
                () -> REPLICA,
                settings.allowedOrigins(),
                1000,
                Duration.ofSeconds(5)),
            api::addTo,
            streams,
            (_, _, _, _) -> {});
    server.start();
  }

  private Api api(Settings settings, OpenStreams streams) {
    var store = settings.store().apply(backend.stores().store());
    var hints = new Hints(new InMemoryPubsub().member());
    return new Api(
        new Api.Ports(
            store,
            backend.lists(),
            backend.accounts(),
            backend.stores().directory(),
            models,
            backend.titleClaims(),
            time),
        new Api.Engine(
            new Chats(store, hints),
            new TurnWaiter(store, hints, time),
            new ModelAdministration(
                configured.configured(),
                backend.stores().models(),
                rules,
                new KnownModels(
                    backend.stores().models(),
                    hints,
                    offered::take,
                    new KnownModels.Surroundings(
                        time, Thread.ofVirtual().factory(), new LogTelemetry(time))),
                UUID::randomUUID)),
        new Streams(
            new WebSockets(streams)::open, new ServerSentEvents(streams)::open, viewers, viewers),
        new Readiness() {
          @Override
          public Set<Reason> reasons() {
            return notReady;
          }

          @Override
          public Set<UUID> withOtherSecret() {
            return withOtherSecret;
          }

          @Override
          public boolean isDraining() {
            return notReady.contains(Reason.DRAINING);
          }
        },
        new Deployment(
            DEPLOYMENT, ORGANIZATION, Instant.EPOCH, "0.1.0-test", settings.externalUrl()),
        settings.bounds());
  }

  /// From now on, a request that is refused must leave every row as it was.
  ApiStage comparingRows() {
    comparesRows = true;
    return this;
  }

  /// What the server has, in the order in which it was added.
  List<Endpoint> endpoints() {
    var router = new JavalinState();
    api.addTo(router.routes);
    new MetricsApi(() -> "").addTo(router.routes);
    return router.internalRouter.allHttpHandlers().stream()
        .map((ParsedEndpoint parsed) -> parsed.endpoint)
        .toList();
  }

  /// The settings name a provider of chat completions, with a key, and no model.
  private static ConfiguredModels configured(Time time) {
    return new ConfiguredModels(
        new ModelSettings("none", OpenAiEndpoint.OPENAI, new ApiKey("sk-of-the-settings")), time);
  }

  /// A new user who is signed in.
  Person person() {
    return Person.signedIn(this, Duration.ofDays(1));
  }

  /// A new user who is signed in and an administrator.
  Person administrator() {
    var person = person();
    backend.makeAdministrator(person.user());
    return person;
  }

  /// Removes what administrators have set up.
  void removeModels(Person admin) {
    var known = backend.stores().models().read();
    known.models().forEach(model -> admin.delete("/model-configs/" + model.id()).is(204));
    known.providers().forEach(provider -> admin.delete("/providers/" + provider.id()).is(204));
  }

  int port() {
    return server.port();
  }

  URI uri(String path) {
    return URI.create("http://127.0.0.1:" + port() + path);
  }

  /// Sends a request with these headers, one name and one value after the other.
  Reply send(String method, String path, byte[] body, String... headers) {
    var request =
        HttpRequest.newBuilder(uri(path)).method(method, BodyPublishers.ofByteArray(body));
    for (var i = 0; i < headers.length; i += 2) {
      request.header(headers[i], headers[i + 1]);
    }
    var before = rows();
    try {
      var reply = new Reply(Contract.held(http.send(request.build(), BodyHandlers.ofByteArray())));
      if (reply.status() >= 400) {
        assertThat(rows()).as("rows after %s %s", method, path).isEqualTo(before);
      }
      return reply;
    } catch (IOException | InterruptedException e) {
      throw new AssertionError(method + " " + path, e);
    }
  }

  private Map<String, List<String>> rows() {
    return comparesRows ? backend.rows() : Map.of();
  }

  HttpClient http() {
    return http;
  }

  @Override
  public void close() throws SQLException {
    http.shutdownNow();
    server.stop();
    offered.close();
    backend.close();
  }
}
