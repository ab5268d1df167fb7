package chatd.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import chatd.contract.Contract;
import chatd.core.feed.CloseReason;
import chatd.core.feed.Framing;
import chatd.core.feed.ResumeRequest;
import java.io.InputStream;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// How a stream of a chat is opened, and what is refused before it is.
class StreamRouteTest {
  @RegisterExtension static final ApiServer SERVER = new ApiServer();

  private ApiStage stage;
  private Person ada;
  private OneChat chat;

  @BeforeEach
  void create() {
    stage = SERVER.stage();
    ada = stage.person();
    chat = ada.newChat();
  }

  @AfterEach
  void undrain() {
    stage.notReady.clear();
  }

  private RawRequest socket(String query, String... headers) {
    var all = new ArrayList<>(List.of(headers));
    all.add("Authorization: Bearer " + ada.token());
    var path = ada.mount() + chat.path() + "/stream" + query;
    return RawRequest.upgrade(stage.port(), path, all.toArray(String[]::new));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Sec-WebSocket-Extensions: ;;=,\"",
        "Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits",
        "Sec-WebSocket-Protocol: \"a,, ;",
        "Sec-WebSocket-Protocol: chat"
      })
  void whatASocketCouldBeBeyondPlain_isNotHeard(String header) {
    try (var socket = socket("", header)) {
      assertThat(socket.status()).isEqualTo(101);
      assertThat(socket.head())
          .doesNotContain("Sec-WebSocket-Extensions")
          .doesNotContain("Sec-WebSocket-Protocol");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"13, 8", "8", "x", ""})
  void socketOfAnotherVersion_is426AndNamesTheRightOne(String version) {
    var request =
        "GET %s%s/stream HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                .formatted(ada.mount(), chat.path())
            + "Sec-WebSocket-Version: %s\r\n".formatted(version)
            + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
            + "Authorization: Bearer %s\r\n\r\n".formatted(ada.token());
    try (var refused = RawRequest.send(stage.port(), request.getBytes(StandardCharsets.US_ASCII))) {
      assertThat(refused.status()).isEqualTo(426);
      assertThat(refused.head()).contains("Sec-WebSocket-Version: 13");
    }
  }

  private CompletableFuture<HttpResponse<InputStream>> events(String query, String... headers) {
    var request =
        HttpRequest.newBuilder(stage.uri(ada.mount() + chat.path() + "/stream" + query))
            .header("Authorization", "Bearer " + ada.token())
            .header("Accept", "text/event-stream");
    for (var i = 0; i < headers.length; i += 2) {
      request.header(headers[i], headers[i + 1]);
    }
    return stage
        .http()
        .sendAsync(request.build(), BodyHandlers.ofInputStream())
        .thenApply(Contract::heldHead);
  }

  @ParameterizedTest
  @ValueSource(strings = {Person.V2, Person.EXPERIMENTAL})
  void webSocket_isServedInTheCallersName(String mount) throws Exception {
    ada = ada.on(mount);
    try (var socket = socket("")) {
      assertThat(socket.status()).isEqualTo(101);
      assertThat(socket.head()).contains("X-Chat-Replica-Id: " + ApiStage.REPLICA);
      var seen = stage.viewers.next();
      assertThat(seen.chat()).isEqualTo(chat.worker().id());
      assertThat(seen.request()).isEqualTo(ResumeRequest.FRESH);
      assertThat(seen.framing()).isEqualTo(Framing.ARRAY);
      assertThat(seen.access().user()).isEqualTo(ada.user());
      assertThat(seen.access().expiresAt()).isNotNull();
    }
    assertThat(stage.viewers.nextEnd()).isEqualTo(chat.worker().id());
  }

  @Test
  void events_areServed_withWhatTheClientHas() throws Exception {
    var answer = events("?after_id=12&cursor=9.1.17&framing=envelope");
    var seen = stage.viewers.next();
    assertThat(seen.framing()).isEqualTo(Framing.SSE);
    assertThat(seen.request()).isEqualTo(new ResumeRequest(9L, 1, 17, 12L));
    seen.carrier().end(CloseReason.DRAINING);
    var events = answer.get();
    assertThat(events.statusCode()).isEqualTo(200);
    assertThat(events.headers().firstValue("Content-Type")).contains("text/event-stream");
    assertThat(events.headers().firstValue("Cache-Control")).contains("no-store");
    events.body().close();
    stage.viewers.nextEnd();
  }

  @Test
  void parameters_reachTheViewer() throws Exception {
    try (var _ = socket("?after_id=5&after_revision=4&after_attempt=3&after_seq=2")) {
      assertThat(stage.viewers.next().request()).isEqualTo(new ResumeRequest(4L, 3, 2, 5L));
    }
    stage.viewers.nextEnd();
    try (var _ = socket("?framing=envelope&cursor=1.0.0", "Last-Event-ID: 9.1.17.12")) {
      var seen = stage.viewers.next();
      assertThat(seen.framing()).isEqualTo(Framing.ENVELOPE);
      assertThat(seen.request()).isEqualTo(new ResumeRequest(9L, 1, 17, 12L));
    }
    stage.viewers.nextEnd();
  }

  @ParameterizedTest
  @CsvSource({
    "after_id=-1, Invalid after_id parameter.",
    "after_id=x, Invalid after_id parameter.",
    "after_id=9223372036854775808, Invalid after_id parameter.",
    "after_revision=-1, Invalid cursor parameter.",
    "after_attempt=x, Invalid cursor parameter.",
    "after_seq=1.5, Invalid cursor parameter.",
    "cursor=1.2, Invalid cursor parameter.",
    "cursor=1.2.3.4.5, Invalid cursor parameter.",
    "cursor=1.-2.3, Invalid cursor parameter.",
    "framing=array, Query parameters have invalid values.",
    "framing=, Query parameters have invalid values.",
  })
  void query_malformed_isRefusedAsPlainHttp(String query, String message) {
    chat.get("/stream?" + query).refuses(ApiError.UPGRADE_REQUIRED);
    ada.call("GET", chat.path() + "/stream?" + query, "", "Accept", "text/event-stream")
        .refuses(400, message);
    try (var socket = socket("?" + query)) {
      assertThat(socket.status()).isEqualTo(400);
    }
  }

  @Test
  void lastEventId_malformed_isRefused() {
    ada.call(
            "GET",
            chat.path() + "/stream",
            "",
            "Accept",
            "text/event-stream",
            "Last-Event-ID",
            "1.2.x")
        .refuses(ApiError.LAST_EVENT_ID_INVALID);
  }

  @Test
  void plainRequest_needsAnUpgrade() {
    chat.get("/stream").refuses(ApiError.UPGRADE_REQUIRED);
  }

  @Test
  void draining_opensNoStream_andServesTheRest() {
    stage.notReady.add(Readiness.Reason.DRAINING);
    var reply =
        ada.call("GET", chat.path() + "/stream", "", "Accept", "text/event-stream")
            .refuses(ApiError.UNAVAILABLE);
    assertThat(reply.header("Retry-After")).isEqualTo("1");
    try (var socket = socket("")) {
      assertThat(socket.status()).isEqualTo(503);
      assertThat(socket.head())
          .as("the next try may be led elsewhere")
          .contains("Connection: close");
    }
    chat.send("hi").is(200);
  }

  @Test
  void readMark_movesWhenAStreamOpens_andWhenItEnds() throws Exception {
    chat.answered();
    assertThat(chat.get("").text("has_unread")).isEqualTo("true");
    try (var _ = socket("")) {
      stage.viewers.next();
      assertThat(chat.get("").text("has_unread")).isEqualTo("false");
      chat.send("second").is(200);
      chat.answered();
      assertThat(chat.get("").text("has_unread")).isEqualTo("true");
    }
    stage.viewers.nextEnd();
    Awaitility.await()
        .atMost(Duration.ofSeconds(20))
        .until(() -> chat.get("").text("has_unread").equals("false"));
  }
}
