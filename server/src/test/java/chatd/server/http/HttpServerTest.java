package chatd.server.http;

import static chatd.server.http.PlainServer.REPLICA;
import static chatd.server.http.PlainServer.UPGRADE;
import static chatd.server.http.PlainServer.refuses;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.slf4j.LoggerFactory;

class HttpServerTest {
  @RegisterExtension final PlainServer server = new PlainServer();

  @Test
  void everyAnswer_isCountedByItsRouteAndNotByWhatItWasAsked() throws Exception {
    server.get("/api/hello?q=private");
    server.get("/api/v2/chats/private");
    server.get("/api/experimental/chats/private");
    server.get("/api/bug");
    server.get("/api/refused", "Accept", "text/event-stream");
    server.get("/private");
    server.raw("PRIVATE /api/hello HTTP/1.1\nHost: a\nConnection: close\n\n");
    server.raw("GET /api/hello HTTP/1.1\nHost: a b\n\n");
    server.raw("GET /api/hello HTTP/1.1\nHost: a\nX-Long: " + "x".repeat(20_000) + "\n\n");
    server.raw("POST /api/body HTTP/1.1\nHost: a\nExpect: 100-continue\nContent-Length: 1\n\n1");
    assertThat(server.counted())
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
      server.get("/api/bug/private?q=private", "X-Request-Id", "r-1");
    } finally {
      log.detachAppender(shown);
    }
    assertThat(shown.list)
        .extracting(ILoggingEvent::getFormattedMessage)
        .containsExactly("Request r-1 failed: GET /api/bug/{name}");
  }

  @Test
  void unknownRoute_is404() throws Exception {
    refuses(server.get("/api/v2/nothing"), ApiError.ROUTE_NOT_FOUND);
  }

  @Test
  void unknownRoute_withUpgrade_is404InTheSameShape() throws Exception {
    assertThat(server.raw("GET /api/v2/nothing HTTP/1.1\n" + UPGRADE))
        .startsWith("HTTP/1.1 404")
        .contains("X-Chat-Replica-Id: " + REPLICA)
        .endsWith("{\"message\":\"Route not found.\"}\n");
  }

  @Test
  void wrongMethod_is405AndNamesTheRightOnes() throws Exception {
    var request = HttpRequest.newBuilder(server.uri("/api/hello")).DELETE().build();
    var answer = server.http().send(request, BodyHandlers.ofString());
    refuses(answer, ApiError.METHOD_NOT_ALLOWED);
    assertThat(answer.headers().firstValue("Allow")).contains("GET");
  }

  @Test
  void wrongMethod_namesTheRightOnesToBrowsersToo() throws Exception {
    var request =
        HttpRequest.newBuilder(server.uri("/api/hello")).DELETE().header("Accept", "text/html");
    var answer = server.http().send(request.build(), BodyHandlers.ofString());
    assertThat(answer.headers().firstValue("Allow")).contains("GET");
  }

  @Test
  void method_isTheOneOfTheRequest_whateverAHeaderSays() throws Exception {
    for (var other : new String[] {"DELETE", "POST", "BEFORE", "nonsense"}) {
      assertThat(server.get("/api/hello", "X-HTTP-Method-Override", other).body()).isEqualTo("{}");
    }
    var post =
        HttpRequest.newBuilder(server.uri("/api/hello"))
            .POST(BodyPublishers.noBody())
            .header("x-http-method-override", "GET");
    refuses(server.http().send(post.build(), BodyHandlers.ofString()), ApiError.METHOD_NOT_ALLOWED);
  }

  @Test
  void methodThatDoesNotExist_is405() throws Exception {
    for (var method : new String[] {"BEFORE", "FOO", "get", "A-B"}) {
      assertThat(
              server.raw(method + " /api/hello HTTP/1.1\nHost: localhost\nConnection: close\n\n"))
          .startsWith("HTTP/1.1 405")
          .contains("X-Chat-Replica-Id: " + REPLICA)
          .contains("X-Request-Id: ")
          .endsWith("{\"message\":\"Method not allowed.\"}\n");
    }
  }

  @Test
  void unexpectedFailure_is500AndSaysNothingMore() throws Exception {
    refuses(server.get("/api/bug"), ApiError.INTERNAL);
    refuses(server.get("/api/error"), ApiError.INTERNAL);
  }

  @Test
  void refusal_thrownFromInside_isAnswered() throws Exception {
    var answer = server.get("/api/busy");
    refuses(answer, ApiError.TOO_MANY_REQUESTS);
    assertThat(answer.headers().firstValue("Retry-After")).contains("1");
  }

  @Test
  void whatIsNotHttp_isRefusedInTheSameShape() throws Exception {
    assertThat(server.raw("nonsense\n\n"))
        .contains(" 400 ")
        .contains("X-Chat-Replica-Id: " + REPLICA)
        .contains("X-Request-Id: ")
        .endsWith("{\"message\":\"Bad Request.\"}\n");
    assertThat(server.raw("GET /api/%2e%2e/x HTTP/1.1\nHost: localhost\nConnection: close\n\n"))
        .contains(" 400 ")
        .contains("X-Chat-Replica-Id: " + REPLICA)
        .endsWith("{\"message\":\"Bad Request.\"}\n");
    assertThat(server.raw("GET /api/hello HTTP/2.0\n\n"))
        .contains(" 426 ")
        .endsWith("{\"message\":\"Upgrade Required.\"}\n");
    for (var version : new String[] {"HTTP/9.9", "XTTP/1.1"}) {
      assertThat(server.raw("GET /api/hello " + version + "\n\n"))
          .contains(" 400 ")
          .contains("X-Chat-Replica-Id: " + REPLICA)
          .endsWith("{\"message\":\"Bad Request.\"}\n");
    }
    assertThat(
            server.raw("GET / HTTP/1.1\nHost: localhost\nX-Long: " + "a".repeat(20_000) + "\n\n"))
        .contains(" 431 ")
        .contains("X-Chat-Replica-Id: " + REPLICA)
        .contains("X-Request-Id: ");
  }

  @Test
  void whatIsNotHttp_endsTheConnection_andSaysSo() throws Exception {
    assertThat(server.raw("GET /api/%00 HTTP/1.1\nHost: localhost\n\n"))
        .contains(" 400 ")
        .contains("Connection: close")
        .endsWith("{\"message\":\"Bad Request.\"}\n");
  }

  @Test
  void route_runsOnAVirtualThread_andIsFinishedByStop() throws Exception {
    var answer =
        server
            .http()
            .sendAsync(
                HttpRequest.newBuilder(server.uri("/api/slow")).build(), BodyHandlers.ofString());
    assertThat(server.blocking().get(10, TimeUnit.SECONDS)).isTrue();
    var stopped = CompletableFuture.runAsync(server::stop);
    server.release();
    assertThat(answer.get(10, TimeUnit.SECONDS).statusCode()).isEqualTo(200);
    stopped.get(10, TimeUnit.SECONDS);
  }

  @Test
  void stop_withARouteThatHangs_endsAllTheSame() throws Exception {
    var second = server.another(0, PlainServer.CONNECTIONS_MAX, Duration.ofMillis(300));
    second.start();
    var slow = URI.create("http://127.0.0.1:" + second.port() + "/api/slow");
    var answer =
        server.http().sendAsync(HttpRequest.newBuilder(slow).build(), BodyHandlers.ofString());
    server.blocking().get(10, TimeUnit.SECONDS);
    second.stop();
    assertThat(answer).failsWithin(Duration.ofSeconds(10));
  }

  @Test
  void start_portTaken_isAnIoFailure() {
    var second =
        server.another(server.port(), PlainServer.CONNECTIONS_MAX, PlainServer.STOP_TIMEOUT);
    assertThatThrownBy(second::start).isInstanceOf(IOException.class);
  }
}
