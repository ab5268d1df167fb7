package chatd.server.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import chatd.engine.port.CarrierListener;
import chatd.server.stream.OpenStreams;
import chatd.server.stream.ServerSentEvents;
import chatd.server.stream.WebSockets;
import io.javalin.config.RoutesConfig;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/// A server for one test, with a route for each way to answer and nothing behind them.
final class PlainServer implements BeforeEachCallback, AfterEachCallback {
  static final UUID REPLICA = UUID.fromString("55555555-5555-4555-8555-555555555555");
  static final int CONNECTIONS_MAX = 1000;
  static final Duration STOP_TIMEOUT = Duration.ofSeconds(5);

  static final String UPGRADE =
      """
      Host: localhost
      Upgrade: websocket
      Connection: keep-alive, Upgrade
      Sec-WebSocket-Version: 13
      Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==

      """;

  private final OpenStreams streams = new OpenStreams(Duration.ofSeconds(1));
  private final CompletableFuture<Void> release = new CompletableFuture<>();
  private final CompletableFuture<Boolean> blocking = new CompletableFuture<>();
  private final Queue<String> counted = new ConcurrentLinkedQueue<>();
  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private @Nullable HttpServer server;

  @Override
  public void beforeEach(ExtensionContext context) throws IOException {
    server = another(0, CONNECTIONS_MAX, STOP_TIMEOUT);
    server.start();
  }

  @Override
  public void afterEach(ExtensionContext context) {
    release();
    http.close();
    stop();
  }

  /// A second one with these routes, which the caller starts and stops.
  HttpServer another(int port, int connectionsMax, Duration stopTimeout) {
    var settings =
        new HttpServer.Settings(
            "127.0.0.1", port, () -> REPLICA, Set.of(), connectionsMax, stopTimeout);
    return new HttpServer(settings, this::routes, streams, this::count);
  }

  void stop() {
    requireNonNull(server).stop();
  }

  int port() {
    return requireNonNull(server).port();
  }

  HttpClient http() {
    return http;
  }

  /// How many streams are open.
  int streams() {
    return streams.count();
  }

  /// What was counted so far: method, route and status.
  List<String> counted() {
    return List.copyOf(counted);
  }

  /// Comes when the slow route is at work: whether on a virtual thread.
  CompletableFuture<Boolean> blocking() {
    return blocking;
  }

  /// Lets the slow route answer.
  void release() {
    release.complete(null);
  }

  private void count(String method, String route, String status, long nanos) {
    counted.add(method + " " + route + " " + status + (nanos < 0 ? " before it came" : ""));
  }

  private void routes(RoutesConfig routes) {
    var webSockets = new WebSockets(streams);
    var serverSentEvents = new ServerSentEvents(streams);
    routes.get("/api/hello", context -> context.result("{}"));
    routes.get("/api/v2/chats/{chat}", context -> context.result("{}"));
    routes.get("/api/experimental/chats/{chat}", context -> context.result("{}"));
    routes.post(
        "/api/body",
        context -> context.result("" + RequestBody.read(context, RequestBody.LIMIT).length));
    routes.get(
        "/api/bug",
        _ -> {
          throw new IllegalStateException("secret in a message");
        });
    routes.get(
        "/api/bug/{name}",
        _ -> {
          throw new IllegalStateException("a bug");
        });
    routes.get(
        "/api/error",
        _ -> {
          throw new StackOverflowError();
        });
    routes.get(
        "/api/busy",
        _ -> {
          throw ApiError.TOO_MANY_REQUESTS.answer().asException();
        });
    routes.get(
        "/api/slow",
        context -> {
          blocking.complete(Thread.currentThread().isVirtual());
          release.join();
          context.result("{}");
        });
    routes.get(
        "/api/refused",
        new StreamEndpoint(
            _ -> new StreamAnswer.Refused(ApiError.NOT_FOUND.answer()),
            webSockets::open,
            serverSentEvents::open));
    routes.get(
        "/api/open",
        new StreamEndpoint(
            _ -> new StreamAnswer.Accepted(_ -> new Indifferent()),
            webSockets::open,
            serverSentEvents::open));
    routes.get(
        "/api/failing",
        new StreamEndpoint(
            _ ->
                new StreamAnswer.Accepted(_ -> {
                  throw new IllegalStateException("no viewer");
                }),
            webSockets::open,
            serverSentEvents::open));
  }

  /// A viewer to whom nothing matters.
  private record Indifferent() implements CarrierListener {
    @Override
    public void written() {}

    @Override
    public void progressed() {}

    @Override
    public void ended() {}
  }

  HttpResponse<String> get(String path, String... headers) throws Exception {
    var request = HttpRequest.newBuilder(uri(path));
    if (headers.length > 0) {
      request.headers(headers);
    }
    return http.send(request.build(), BodyHandlers.ofString());
  }

  HttpResponse<String> post(byte[] body) throws Exception {
    var request = HttpRequest.newBuilder(uri("/api/body")).POST(BodyPublishers.ofByteArray(body));
    return http.send(request.build(), BodyHandlers.ofString());
  }

  URI uri(String path) {
    return URI.create("http://127.0.0.1:" + port() + path);
  }

  /// All that is answered to these bytes, in which lines end with a bare line feed.
  String raw(String request) throws IOException {
    try (var socket = new Socket(InetAddress.getLoopbackAddress(), port())) {
      socket.setSoTimeout(10_000);
      socket.getOutputStream().write(request.replace("\n", "\r\n").getBytes(UTF_8));
      socket.shutdownOutput();
      return new String(socket.getInputStream().readAllBytes(), UTF_8);
    }
  }

  static void hasBoth(HttpResponse<?> answer) {
    assertThat(answer.headers().firstValue("X-Chat-Replica-Id")).contains(REPLICA.toString());
    assertThat(answer.headers().allValues("X-Request-Id"))
        .singleElement()
        .satisfies(id -> assertThat(UUID.fromString(id).version()).isEqualTo(4));
  }

  static void refuses(HttpResponse<String> answer, ApiError error) {
    hasBoth(answer);
    assertThat(answer.statusCode()).isEqualTo(error.status());
    assertThat(answer.body()).isEqualTo("{\"message\":\"" + error.message() + "\"}\n");
    assertThat(answer.headers().allValues("Content-Type"))
        .containsExactly("application/json; charset=utf-8");
  }
}
