package chatd.server.model;

import static org.assertj.core.api.Assertions.assertThat;

import chatd.core.chat.ChatError;
import chatd.core.turn.ModelFault;
import chatd.engine.port.ModelException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// How a provider's errors are named to people, and whether another attempt is worth it.
class ProviderFaultsTest {
  private static final String KEY = "sk-very-secret";

  private final ManualTime time = new ManualTime();
  private final FakeProvider provider = FakeProvider.start();
  private final List<OpenAiClient> clients = new ArrayList<>();
  private final OpenAiClient client = client(provider.baseUrl(), new ApiKey(KEY));

  @AfterEach
  void close() {
    clients.forEach(OpenAiClient::close);
    provider.close();
  }

  @ParameterizedTest
  @CsvSource({
    "400, CONFIG, false",
    "401, AUTH, false",
    "402, USAGE_LIMIT, false",
    "403, AUTH, false",
    "404, CONFIG, false",
    "408, TIMEOUT, true",
    "409, GENERIC, true",
    "413, CONFIG, false",
    "422, CONFIG, false",
    "429, RATE_LIMIT, true",
    "500, GENERIC, true",
    "502, GENERIC, true",
    "503, OVERLOADED, true",
    "504, TIMEOUT, true",
    "529, OVERLOADED, true",
    "307, CONFIG, false",
  })
  void status_isNamed(int status, ChatError.Kind kind, boolean retryable) throws Exception {
    provider.next(Script.status(status, "{\"error\":{\"message\":\"because\"}}"));
    var fault = ask(client);
    assertThat(fault.kind()).isEqualTo(ModelFault.Kind.REFUSED);
    assertThat(fault.error().kind()).isEqualTo(kind);
    assertThat(fault.error().retryable()).isEqualTo(retryable);
    assertThat(fault.error().detail()).isEqualTo("because");
    assertThat(fault.error().provider()).isEqualTo("openai");
    assertThat(fault.error().statusCode()).isEqualTo(status);
  }

  @ParameterizedTest
  @CsvSource({
    "429, insufficient_quota, USAGE_LIMIT, false",
    "400, content_filter, CONTENT_FILTER, false",
    "400, invalid_api_key, AUTH, false",
    "500, overloaded_error, OVERLOADED, true",
  })
  void code_saysMoreThanTheStatus(int status, String code, ChatError.Kind kind, boolean retryable)
      throws Exception {
    for (var field : new String[] {"code", "type"}) {
      var body = "{\"error\":{\"message\":\"m\",\"%s\":\"%s\"}}".formatted(field, code);
      provider.next(Script.status(status, body));
      var error = ask(client).error();
      assertThat(error.kind()).isEqualTo(kind);
      assertThat(error.retryable()).isEqualTo(retryable);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "rate_limit_exceeded, RATE_LIMIT, true",
    "insufficient_quota, USAGE_LIMIT, false",
    "server_error, GENERIC, true",
    "invalid_request_error, CONFIG, false",
    "401, AUTH, false",
    "429, RATE_LIMIT, true",
    "502, GENERIC, true",
  })
  void errorInTheStream_isNamedByItsCode(String code, ChatError.Kind kind, boolean retryable)
      throws Exception {
    provider.next(
        Script.begin().event("{\"error\":{\"message\":\"m\",\"code\":\"%s\"}}".formatted(code)));
    var error = ask(client).error();
    assertThat(error.kind()).isEqualTo(kind);
    assertThat(error.retryable()).isEqualTo(retryable);
  }

  @Test
  void errorInTheStream_inAnyShape_isAnError() throws Exception {
    for (var event :
        List.of(
            "data: {\"error\":\"burnt\"}",
            "event: error\ndata: {\"message\":\"burnt\"}",
            "data: {\"error\":{\"message\":\"burnt\",\"code\":null,\"param\":{\"x\":[1]}}}",
            "data:"
                + " {\"choices\":[{\"finish_reason\":\"error\",\"error\":{\"message\":\"burnt\"}}]}")) {
      provider.next(Script.begin().text("Hel").raw(event + "\n\n").finish("stop").done());
      var fault = ask(client);
      assertThat(fault.kind()).isEqualTo(ModelFault.Kind.REFUSED);
      assertThat(fault.error().detail()).isEqualTo("burnt");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "content_filter, CONTENT_FILTER, false",
    "error, GENERIC, true",
    "insufficient_system_resource, OVERLOADED, true",
  })
  void finishReasonThatIsNoEnd_isAnError(String reason, ChatError.Kind kind, boolean retryable)
      throws Exception {
    provider.next(Script.begin().text("Hel").finish(reason).done());
    var error = ask(client).error();
    assertThat(error.kind()).isEqualTo(kind);
    assertThat(error.retryable()).isEqualTo(retryable);
  }

  @ParameterizedTest
  @CsvSource(
      nullValues = "none",
      value = {
        "Retry-After, 7, 7000",
        "Retry-After, 0, 0",
        "Retry-After, 1.5, 1500",
        "retry-after-ms, 250, 250",
        "Retry-After, 'Thu, 28 May 2026 12:00:30 GMT', 30000",
        "Retry-After, 'Thu, 28 May 2026 11:00:00 GMT', 0",
        "Retry-After, 1e300, 86400000",
        "Retry-After, soon, none",
        "Retry-After, -1, none",
      })
  void retryAfter_isUnderstood(String header, String value, @Nullable Long millis)
      throws Exception {
    provider.next(Script.status(429, "{}", header, value));
    assertThat(ask(client).retryAfter())
        .isEqualTo(millis == null ? null : Duration.ofMillis(millis));
  }

  @Test
  void retryAfterInMilliseconds_goesFirst() throws Exception {
    provider.next(Script.status(503, "{}", "retry-after", "9", "retry-after-ms", "20"));
    assertThat(ask(client).retryAfter()).isEqualTo(Duration.ofMillis(20));
  }

  @Test
  void errorBody_inAnyShape_isReadAsFarAsItGoes() throws Exception {
    for (var body :
        List.of(
            "{\"error\":{\"message\":\"why\"}}",
            "[{\"error\":{\"message\":\"why\"}}]",
            "{\"error\":\"why\"}",
            "{\"object\":\"error\",\"message\":\"why\",\"code\":400}",
            "{\"detail\":\"why\"}")) {
      provider.next(Script.status(400, body));
      assertThat(ask(client).error().detail()).isEqualTo("why");
    }
    for (var body :
        List.of("", "<html>", "{\"error\":", "[]", "{\"detail\":[{\"msg\":\"why\"}]}")) {
      provider.next(Script.status(400, body));
      assertThat(ask(client).error().detail()).isNull();
    }
  }

  @Test
  void errorBodyThatNeverEnds_isGivenUp() throws Exception {
    var head = Script.status(500, "{\"error\":");
    provider.next(head.hang());
    var answering = Answering.start(client.call(Asked.user("Hi")));
    time.awaitTimer();
    time.advance(Duration.ofMinutes(1));
    assertThat(answering.fault().error().statusCode()).isEqualTo(500);
  }

  @Test
  void cancel_whileAnErrorBodyHangs_isACancel() throws Exception {
    provider.next(Script.status(500, "{\"error\":").hang());
    var answering = Answering.start(client.call(Asked.user("Hi")));
    time.awaitTimer();
    answering.cancel();
    assertThat(answering.fault().kind()).isEqualTo(ModelFault.Kind.CANCELLED);
    assertThat(provider.awaitRequest().isClosedByClient(Duration.ofSeconds(1))).isTrue();
  }

  @Test
  void longDetail_isCutBetweenCharacters() throws Exception {
    var message = "x" + "😀".repeat(2000);
    provider.next(Script.status(500, "{\"error\":\"" + message + "\"}"));
    var detail = ask(client).error().detail();
    assertThat(detail).isEqualTo("x" + "😀".repeat(1023));
  }

  @Test
  void key_isNeverRepeated() throws Exception {
    provider.next(Script.status(401, "{\"error\":\"Incorrect API key: " + KEY + ".\"}"));
    var failure = Answering.start(client.call(Asked.user("Hi"))).failure(Answering.PATIENCE);
    var trace = new StringWriter();
    failure.printStackTrace(new PrintWriter(trace));
    var fault = ((ModelException) failure).fault();
    assertThat(fault.error().detail()).isEqualTo("Incorrect API key: ***.");
    assertThat(trace.toString() + fault + new OpenAiEndpoint(provider.baseUrl(), new ApiKey(KEY)))
        .doesNotContain(KEY);
  }

  @Test
  void refusedWithoutAKey_asksForOne() throws Exception {
    provider.next(Script.status(401, "{}"));
    var error = ask(client(provider.baseUrl(), null)).error();
    assertThat(error.kind()).isEqualTo(ChatError.Kind.MISSING_KEY);
    assertThat(provider.awaitRequest().header("authorization")).isEmpty();
  }

  @Test
  void answerThatIsNoStream_isAConfigurationError() throws Exception {
    for (var type : List.of("text/html; charset=utf-8", "application/json")) {
      provider.next(
          Script.begin()
              .then(new Script.Step.Head(200, Map.of("Content-Type", type)))
              .raw("{\"choices\":[]}"));
      var fault = ask(client);
      assertThat(fault.kind()).isEqualTo(ModelFault.Kind.MALFORMED);
      assertThat(fault.error().kind()).isEqualTo(ChatError.Kind.CONFIG);
      assertThat(fault.error().retryable()).isFalse();
    }
    provider.next(Script.status(200, "{\"error\":{\"message\":\"m\",\"code\":429}}"));
    assertThat(ask(client).error().kind()).isEqualTo(ChatError.Kind.RATE_LIMIT);
  }

  @Test
  void eventOverTheLimit_isMalformed() throws Exception {
    provider.next(Script.answer("x".repeat(9 << 20)));
    assertThat(ask(client).kind()).isEqualTo(ModelFault.Kind.MALFORMED);
  }

  @Test
  void nobodyListens_isUnreachable() throws Exception {
    var gone = FakeProvider.start();
    gone.close();
    var fault = ask(client(gone.baseUrl(), null));
    assertThat(fault.kind()).isEqualTo(ModelFault.Kind.UNREACHABLE);
    assertThat(fault.error().retryable()).isTrue();
  }

  @Test
  void unknownHost_isUnreachable() throws Exception {
    var fault = ask(client(URI.create("http://nowhere.invalid/v1"), null));
    assertThat(fault.kind()).isEqualTo(ModelFault.Kind.UNREACHABLE);
  }

  @Test
  void tlsToAPlainPort_isUnreachable() throws Exception {
    var plain = provider.baseUrl();
    var fault = ask(client(URI.create("https://127.0.0.1:" + plain.getPort() + "/v1"), null));
    assertThat(fault.kind()).isEqualTo(ModelFault.Kind.UNREACHABLE);
  }

  @Test
  void cancel_whileTlsWaits_endsAtOnce() throws Exception {
    try (var silent = new ServerSocket(0, 10, InetAddress.getLoopbackAddress())) {
      var tls = client(URI.create("https://127.0.0.1:" + silent.getLocalPort() + "/v1"), null);
      var answering = Answering.start(tls.call(Asked.user("Hi")));
      try (var accepted = silent.accept()) {
        answering.cancel();
        assertCancelledWithin(Duration.ofSeconds(1), answering);
        accepted.setSoTimeout(1000);
        assertThat(accepted.getInputStream().readAllBytes()).isNotNull(); // To the end: closed.
      }
    }
  }

  @Test
  void cancel_whileConnecting_endsAtOnce() throws Exception {
    try (var full = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      var waiting = fill(full);
      var slow = client(URI.create("http://127.0.0.1:" + full.getLocalPort() + "/v1"), null);
      for (var i = 0; i < 10; i++) {
        var answering = Answering.start(slow.call(Asked.user("Hi")));
        answering.awaitWaiting();
        answering.cancel();
        assertCancelledWithin(Duration.ofSeconds(1), answering);
      }
      for (var socket : waiting) {
        socket.close();
      }
    }
  }

  /// Opens connections that nobody accepts, until the next one has to wait; answers those.
  private static List<Socket> fill(ServerSocket server) throws Exception {
    var sockets = new ArrayList<Socket>();
    while (true) {
      var socket = new Socket();
      try {
        socket.connect(new InetSocketAddress(server.getInetAddress(), server.getLocalPort()), 200);
        sockets.add(socket);
      } catch (SocketTimeoutException _) {
        socket.close();
        return sockets;
      }
    }
  }

  private static void assertCancelledWithin(Duration patience, Answering answering)
      throws InterruptedException {
    assertThat(((ModelException) answering.failure(patience)).fault().kind())
        .isEqualTo(ModelFault.Kind.CANCELLED);
  }

  private OpenAiClient client(URI baseUrl, @Nullable ApiKey key) {
    var made = new OpenAiClient(new OpenAiEndpoint(baseUrl, key), time);
    clients.add(made);
    return made;
  }

  private ModelFault ask(OpenAiClient asked) throws InterruptedException {
    return Answering.start(asked.call(Asked.user("Hi"))).fault();
  }
}
