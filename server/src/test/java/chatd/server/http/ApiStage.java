package chatd.server.http;

import chatd.engine.chats.Chats;
import chatd.engine.chats.Hints;
import chatd.engine.chats.TurnWaiter;
import chatd.engine.fake.InMemoryPubsub;
import chatd.engine.fake.ManualTime;
import chatd.engine.port.ChatStore;
import chatd.server.postgres.PostgresBackend;
import chatd.server.postgres.embedded.TestPostgres;
import chatd.server.stream.OpenStreams;
import chatd.server.stream.ServerSentEvents;
import chatd.server.stream.WebSockets;
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
  final TestModels models = new TestModels();
  final TestViewers viewers = new TestViewers();
  final Set<Readiness.Reason> notReady = EnumSet.noneOf(Readiness.Reason.class);
  final Set<UUID> withOtherSecret = new HashSet<>();
  private final HttpServer server;
  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

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
    server =
        new HttpServer(
            new HttpServer.Settings(
                "127.0.0.1", 0, () -> REPLICA, settings.allowedOrigins(), Duration.ofSeconds(5)),
            routes -> api(settings, streams).addTo(routes),
            streams);
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
        new Api.Engine(new Chats(store, hints), new TurnWaiter(store, hints, time)),
        new Streams(new WebSockets(streams)::open, new ServerSentEvents(streams)::open, viewers),
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
    try {
      return new Reply(http.send(request.build(), BodyHandlers.ofByteArray()));
    } catch (IOException | InterruptedException e) {
      throw new AssertionError(method + " " + path, e);
    }
  }

  HttpClient http() {
    return http;
  }

  @Override
  public void close() throws SQLException {
    http.shutdownNow();
    server.stop();
    backend.close();
  }
}
