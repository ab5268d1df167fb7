package chatd.server.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
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
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class HttpServerTest {

  private static final UUID REPLICA = UUID.fromString("55555555-5555-4555-8555-555555555555");
  private static final String UPGRADE =
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
  private HttpServer server;
  private HttpClient http;

  @BeforeEach
  void start() throws IOException {
    server = new HttpServer(settings(0), this::routes, streams, this::count);
    server.start();
    http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  }

  @AfterEach
  void stop() {
    release.complete(null);
    http.close();
    server.stop();
  }

  private static HttpServer.Settings settings(int port) {
    return new HttpServer.Settings(
        "127.0.0.1", port, () -> REPLICA, Set.of(), 1000, Duration.ofSeconds(5));
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

  private HttpResponse<String> get(String path, String... headers) throws Exception {
    var request = HttpRequest.newBuilder(uri(path));
    if (headers.length > 0) {
      request.headers(headers);
    }
    return http.send(request.build(), BodyHandlers.ofString());
  }

  private URI uri(String path) {
    return URI.create("http://127.0.0.1:" + server.port() + path);
  }

  private String raw(String request) throws IOException {
    try (var socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
      socket.setSoTimeout(10_000);
      socket.getOutputStream().write(request.replace("\n", "\r\n").getBytes(UTF_8));
      socket.shutdownOutput();
      return new String(socket.getInputStream().readAllBytes(), UTF_8);
    }
  }

  private static void hasBoth(HttpResponse<?> answer) {
    assertThat(answer.headers().firstValue("X-Chat-Replica-Id")).contains(REPLICA.toString());
    assertThat(answer.headers().allValues("X-Request-Id"))
        .singleElement()
        .satisfies(id -> assertThat(UUID.fromString(id).version()).isEqualTo(4));
  }

  private static void refuses(HttpResponse<String> answer, ApiError error) {
    hasBoth(answer);
    assertThat(answer.statusCode()).isEqualTo(error.status());
    assertThat(answer.body()).isEqualTo("{\"message\":\"" + error.message() + "\"}\n");
    assertThat(answer.headers().allValues("Content-Type"))
        .containsExactly("application/json; charset=utf-8");
  }

  @Test
  void everyAnswer_hasBothHeaders() throws Exception {
    var answer = get("/api/hello");
    assertThat(answer.statusCode()).isEqualTo(200);
    hasBoth(answer);
  }

  @Test
  void everyAnswer_isForOnePersonAndWhatItSaysItIs() throws Exception {
    for (var path : new String[] {"/api/hello", "/api/bug", "/nothing"}) {
      var headers = get(path).headers();
      assertThat(headers.allValues("Cache-Control")).containsExactly("no-store");
      assertThat(headers.allValues("X-Content-Type-Options")).containsExactly("nosniff");
    }
  }

  @Test
  void everyAnswer_isNoPageAndSetsNoCookie_alsoToWhatIsNoRequest() throws Exception {
    var long431 = "X-Long: " + "x".repeat(20_000) + "\n";
    for (var request :
        List.of(
            "GET /api/hello HTTP/1.1\nHost: a\nConnection: close\n\n",
            "GET /api/hello HTTP/1.1\nHost: a\n" + long431 + "\n",
            "GET /" + "x".repeat(20_000) + " HTTP/1.1\nHost: a\n\n",
            "no HTTP\n\n")) {
      assertThat(raw(request))
          .contains(
              "Cache-Control: no-store\r\n",
              "Content-Security-Policy: default-src 'none'; connect-src 'self'; frame-ancestors 'none'\r\n",
              "Cross-Origin-Resource-Policy: same-origin\r\n",
              "Referrer-Policy: no-referrer\r\n")
          .doesNotContain("Set-Cookie", "Server:", "Jetty");
    }
  }

  @Test
  void everyAnswer_isCountedByItsRouteAndNotByWhatItWasAsked() throws Exception {
    get("/api/hello?q=private");
    get("/api/v2/chats/private");
    get("/api/experimental/chats/private");
    get("/api/bug");
    get("/api/refused", "Accept", "text/event-stream");
    get("/private");
    raw("PRIVATE /api/hello HTTP/1.1\nHost: a\nConnection: close\n\n");
    raw("GET /api/hello HTTP/1.1\nHost: a b\n\n");
    raw("GET /api/hello HTTP/1.1\nHost: a\nX-Long: " + "x".repeat(20_000) + "\n\n");
    raw("POST /api/body HTTP/1.1\nHost: a\nExpect: 100-continue\nContent-Length: 1\n\n1");
    assertThat(counted)
        .containsExactly(
            "GET /api/hello 2xx",
            "GET /api/v2/chats/{chat} 2xx",
            "GET /api/v2/chats/{chat} 2xx",
            "GET /api/bug 5xx",
            "GET /api/refused 4xx",
            "GET none 4xx",
            "other none 4xx",
            "GET none 4xx",
            "GET none 4xx",
            "POST /api/body 2xx");
  }

  @Test
  void routeThatFails_isLoggedWithoutWhatItWasAsked() throws Exception {
    var shown = new ListAppender<ILoggingEvent>();
    shown.start();
    var log = (Logger) LoggerFactory.getLogger(Failures.class);
    log.addAppender(shown);
    try {
      get("/api/bug/private?q=private", "X-Request-Id", "r-1");
    } finally {
      log.detachAppender(shown);
    }
    assertThat(shown.list)
        .extracting(ILoggingEvent::getFormattedMessage)
        .containsExactly("Request r-1 failed: GET /api/bug/{name}");
  }

  @Test
  void requestId_carried_isGivenBack() throws Exception {
    var answer = get("/api/hello", "X-Request-Id", "abc-~!1");
    assertThat(answer.headers().allValues("X-Request-Id")).containsExactly("abc-~!1");
  }

  @Test
  void requestId_tooLongOrWithSpaces_isReplaced() throws Exception {
    hasBoth(get("/api/hello", "X-Request-Id", "a".repeat(129)));
    hasBoth(get("/api/hello", "X-Request-Id", "a b"));
    hasBoth(get("/api/hello", "X-Request-Id", ""));
  }

  @Test
  void unknownRoute_is404() throws Exception {
    refuses(get("/api/v2/nothing"), ApiError.ROUTE_NOT_FOUND);
  }

  @Test
  void unknownRoute_withUpgrade_is404InTheSameShape() throws Exception {
    assertThat(raw("GET /api/v2/nothing HTTP/1.1\n" + UPGRADE))
        .startsWith("HTTP/1.1 404")
        .contains("X-Chat-Replica-Id: " + REPLICA)
        .endsWith("{\"message\":\"Route not found.\"}\n");
  }

  @Test
  void wrongMethod_is405AndNamesTheRightOnes() throws Exception {
    var request = HttpRequest.newBuilder(uri("/api/hello")).DELETE().build();
    var answer = http.send(request, BodyHandlers.ofString());
    refuses(answer, ApiError.METHOD_NOT_ALLOWED);
    assertThat(answer.headers().firstValue("Allow")).contains("GET");
  }

  @Test
  void wrongMethod_namesTheRightOnesToBrowsersToo() throws Exception {
    var request = HttpRequest.newBuilder(uri("/api/hello")).DELETE().header("Accept", "text/html");
    var answer = http.send(request.build(), BodyHandlers.ofString());
    assertThat(answer.headers().firstValue("Allow")).contains("GET");
  }

  @Test
  void method_isTheOneOfTheRequest_whateverAHeaderSays() throws Exception {
    for (var other : new String[] {"DELETE", "POST", "BEFORE", "nonsense"}) {
      assertThat(get("/api/hello", "X-HTTP-Method-Override", other).body()).isEqualTo("{}");
    }
    var post =
        HttpRequest.newBuilder(uri("/api/hello"))
            .POST(BodyPublishers.noBody())
            .header("x-http-method-override", "GET");
    refuses(http.send(post.build(), BodyHandlers.ofString()), ApiError.METHOD_NOT_ALLOWED);
  }

  @Test
  void methodThatDoesNotExist_is405() throws Exception {
    for (var method : new String[] {"BEFORE", "FOO", "get", "A-B"}) {
      assertThat(raw(method + " /api/hello HTTP/1.1\nHost: localhost\nConnection: close\n\n"))
          .startsWith("HTTP/1.1 405")
          .contains("X-Chat-Replica-Id: " + REPLICA)
          .contains("X-Request-Id: ")
          .endsWith("{\"message\":\"Method not allowed.\"}\n");
    }
  }

  @Test
  void body_atTheLimit_isRead() throws Exception {
    var answer = post(new byte[RequestBody.LIMIT]);
    assertThat(answer.body()).isEqualTo("262144");
  }

  @Test
  void body_overTheLimit_is413() throws Exception {
    refuses(post(new byte[RequestBody.LIMIT + 1]), ApiError.BODY_TOO_LARGE);
  }

  @Test
  void body_overTheLimit_thatWaitsForLeave_isNotAskedFor() throws Exception {
    var request =
        "POST /api/body HTTP/1.1\nHost: localhost\nContent-Length: 300000\nExpect: 100-continue\n\n";
    assertThat(raw(request)).startsWith("HTTP/1.1 413");
  }

  @Test
  void body_ofUnknownLength_is413WhileItIsStillComing() throws Exception {
    var chunk = "10000\n" + "x".repeat(0x10000) + "\n";
    var request =
        "POST /api/body HTTP/1.1\nHost: localhost\nTransfer-Encoding: chunked\n\n"
            + chunk.repeat(5);
    try (var socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
      socket.setSoTimeout(10_000);
      socket.getOutputStream().write(request.replace("\n", "\r\n").getBytes(UTF_8));
      var head = new String(socket.getInputStream().readNBytes(12), UTF_8);
      assertThat(head).isEqualTo("HTTP/1.1 413"); // The body has not ended.
    }
  }

  private HttpResponse<String> post(byte[] body) throws Exception {
    var request = HttpRequest.newBuilder(uri("/api/body")).POST(BodyPublishers.ofByteArray(body));
    return http.send(request.build(), BodyHandlers.ofString());
  }

  @Test
  void unexpectedFailure_is500AndSaysNothingMore() throws Exception {
    refuses(get("/api/bug"), ApiError.INTERNAL);
    refuses(get("/api/error"), ApiError.INTERNAL);
  }

  @Test
  void refusal_thrownFromInside_isAnswered() throws Exception {
    var answer = get("/api/busy");
    refuses(answer, ApiError.TOO_MANY_REQUESTS);
    assertThat(answer.headers().firstValue("Retry-After")).contains("1");
  }

  @Test
  void whatIsNotHttp_isRefusedInTheSameShape() throws Exception {
    assertThat(raw("nonsense\n\n"))
        .contains(" 400 ")
        .contains("X-Chat-Replica-Id: " + REPLICA)
        .contains("X-Request-Id: ")
        .endsWith("{\"message\":\"Bad Request.\"}\n");
    assertThat(raw("GET /api/%2e%2e/x HTTP/1.1\nHost: localhost\nConnection: close\n\n"))
        .contains(" 400 ")
        .contains("X-Chat-Replica-Id: " + REPLICA)
        .endsWith("{\"message\":\"Bad Request.\"}\n");
    assertThat(raw("GET /api/hello HTTP/2.0\n\n"))
        .contains(" 426 ")
        .endsWith("{\"message\":\"Upgrade Required.\"}\n");
    for (var version : new String[] {"HTTP/9.9", "XTTP/1.1"}) {
      assertThat(raw("GET /api/hello " + version + "\n\n"))
          .contains(" 400 ")
          .contains("X-Chat-Replica-Id: " + REPLICA)
          .endsWith("{\"message\":\"Bad Request.\"}\n");
    }
    assertThat(raw("GET / HTTP/1.1\nHost: localhost\nX-Long: " + "a".repeat(20_000) + "\n\n"))
        .contains(" 431 ")
        .contains("X-Chat-Replica-Id: " + REPLICA)
        .contains("X-Request-Id: ");
  }

  @Test
  void whatIsNotHttp_endsTheConnection_andSaysSo() throws Exception {
    assertThat(raw("GET /api/%00 HTTP/1.1\nHost: localhost\n\n"))
        .contains(" 400 ")
        .contains("Connection: close")
        .endsWith("{\"message\":\"Bad Request.\"}\n");
  }

  @Test
  void stream_neitherUpgradeNorEvents_is426() throws Exception {
    var answer = get("/api/refused", "Accept", "*/*");
    refuses(answer, ApiError.UPGRADE_REQUIRED);
    assertThat(raw("GET /api/refused HTTP/1.1\n" + UPGRADE.replace("13", "12")))
        .startsWith("HTTP/1.1 426");
  }

  @Test
  void stream_handshakeThatIsNotValid_is426() throws Exception {
    var handshakes =
        new String[] {
          UPGRADE.replace("Upgrade: websocket", "Upgrade: websocket, h2c"),
          UPGRADE.replace("\n\n", "\nUpgrade: h2c\n\n"),
          UPGRADE.replace("Version: 13", "Version: 13, 8"),
        };
    for (var handshake : handshakes) {
      var answer = raw("GET /api/open HTTP/1.1\n" + handshake);
      assertThat(answer).as(handshake).startsWith("HTTP/1.1 426");
      assertThat(answer)
          .endsWith("{\"message\":\"" + ApiError.UPGRADE_REQUIRED.message() + "\"}\n");
    }
    assertThat(streams.count()).isZero();
  }

  @Test
  void stream_refused_isPlainHttpOnBothCarriages() throws Exception {
    refuses(get("/api/refused", "Accept", "text/event-stream"), ApiError.NOT_FOUND);
    assertThat(raw("GET /api/refused HTTP/1.1\n" + UPGRADE))
        .startsWith("HTTP/1.1 404")
        .contains("X-Chat-Replica-Id: " + REPLICA)
        .endsWith("{\"message\":\"" + ApiError.NOT_FOUND.message() + "\"}\n");
  }

  @Test
  void stream_viewerFails_is500OnBothCarriages() throws Exception {
    refuses(get("/api/failing", "Accept", "text/event-stream"), ApiError.INTERNAL);
    assertThat(raw("GET /api/failing HTTP/1.1\n" + UPGRADE)).startsWith("HTTP/1.1 500");
    assertThat(streams.count()).isZero();
  }

  @Test
  void route_runsOnAVirtualThread_andIsFinishedByStop() throws Exception {
    var answer =
        http.sendAsync(HttpRequest.newBuilder(uri("/api/slow")).build(), BodyHandlers.ofString());
    assertThat(blocking.get(10, TimeUnit.SECONDS)).isTrue();
    var stopped = CompletableFuture.runAsync(server::stop);
    release.complete(null);
    assertThat(answer.get(10, TimeUnit.SECONDS).statusCode()).isEqualTo(200);
    stopped.get(10, TimeUnit.SECONDS);
  }

  @Test
  void connectionsBeyondTheMost_waitUntilOthersEnd() throws Exception {
    var small =
        new HttpServer(
            new HttpServer.Settings(
                "127.0.0.1", 0, () -> REPLICA, Set.of(), 2, Duration.ofSeconds(5)),
            this::routes,
            streams,
            this::count);
    small.start();
    List<Socket> open = new ArrayList<>();
    try {
      for (var i = 0; i < 4; i++) { // One more may be on its way when the most is reached.
        open.add(new Socket(InetAddress.getLoopbackAddress(), small.port()));
      }
      var last = open.getLast();
      last.getOutputStream().write("GET /api/hello HTTP/1.1\r\nHost: a\r\n\r\n".getBytes(UTF_8));
      last.setSoTimeout(300);
      assertThatThrownBy(() -> last.getInputStream().read()).isInstanceOf(IOException.class);
      open.getFirst().close();
      open.get(1).close();
      last.setSoTimeout(20_000);
      assertThat((char) last.getInputStream().read()).isEqualTo('H');
    } finally {
      for (var socket : open) {
        socket.close();
      }
      small.stop();
    }
  }

  @Test
  void stop_withARouteThatHangs_endsAllTheSame() throws Exception {
    var second =
        new HttpServer(
            new HttpServer.Settings(
                "127.0.0.1", 0, () -> REPLICA, Set.of(), 1000, Duration.ofMillis(300)),
            this::routes,
            new OpenStreams(Duration.ofSeconds(1)),
            this::count);
    second.start();
    var slow = URI.create("http://127.0.0.1:" + second.port() + "/api/slow");
    var answer = http.sendAsync(HttpRequest.newBuilder(slow).build(), BodyHandlers.ofString());
    blocking.get(10, TimeUnit.SECONDS);
    second.stop();
    assertThat(answer).failsWithin(Duration.ofSeconds(10));
  }

  @Test
  void start_portTaken_isAnIoFailure() {
    var second =
        new HttpServer(
            settings(server.port()),
            this::routes,
            new OpenStreams(Duration.ofSeconds(1)),
            this::count);
    assertThatThrownBy(second::start).isInstanceOf(IOException.class);
  }
}
