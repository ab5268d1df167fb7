package chatd.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Stopping a turn, and trying it again.
class TurnTest {
  @RegisterExtension static final ApiServer SERVER = new ApiServer();

  private ApiStage stage;
  private Person ada;

  @BeforeEach
  void signIn() {
    stage = SERVER.stage();
    ada = stage.person();
  }

  private static Reply interrupt(OneChat chat) {
    var reply = chat.post("/interrupt", "").is(200);
    StrictReader.chat(reply.json());
    return reply;
  }

  @Test
  void interrupt_ofARunningTurn_isDurableWhenItIsAnswered() {
    var chat = ada.newChat().taken();
    var reply = interrupt(chat);
    assertThat(reply.text("status")).isEqualTo("running");
    assertThat(reply.text("phase")).isEqualTo("interrupting");
    assertThat(chat.get("").json()).isEqualTo(reply.json());
  }

  @Test
  void interrupt_withNothingToStop_changesNothing() {
    var stopping = ada.newChat().taken();
    interrupt(stopping);
    for (var chat : List.of(ada.newChat().answered(), ada.newChat().failed(), stopping)) {
      var before = chat.snapshot();
      interrupt(chat);
      assertThat(chat.snapshot()).isEqualTo(before);
    }
  }

  @Test
  void interrupt_whenNobodyHasTheTurn_isDoneOnTheSpot() {
    var chat = ada.newChat();
    assertThat(interrupt(chat).text("status")).isEqualTo("waiting");
    var other = ada.newChat();
    other.send("waits").is(200);
    assertThat(interrupt(other).text("status")).isEqualTo("running");
    assertThat(other.get("/messages").elements("messages")).hasSize(2);
  }

  @Test
  void interrupt_whileTheClientIsWaitedFor_letsTheTurnGoOn() {
    assertThat(interrupt(ada.newChat().waitingForClient()).text("status")).isEqualTo("running");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "commit", "true"})
  void interrupt_waitForSomethingElse_isInvalid(String wait) {
    var chat = ada.newChat().taken();
    chat.post("/interrupt?wait=" + wait, "").refuses(ApiError.QUERY_INVALID).about("wait");
    assertThat(chat.get("").text("phase")).isEqualTo("generating");
  }

  private static CompletableFuture<Reply> committed(OneChat chat) {
    return CompletableFuture.supplyAsync(
        () -> chat.post("/interrupt?wait=committed", ""),
        Executors.newVirtualThreadPerTaskExecutor());
  }

  private static void untilStopping(OneChat chat) {
    Awaitility.await()
        .atMost(Duration.ofSeconds(20))
        .until(() -> !chat.get("").text("phase").equals("generating"));
  }

  @Test
  void interrupt_waitCommitted_isAnsweredWithWhatIsCommitted() throws Exception {
    var chat = ada.newChat().taken();
    var answer = committed(chat);
    untilStopping(chat);
    chat.stopped("partial");
    // No hint came: the next look finds it.
    Awaitility.await()
        .atMost(Duration.ofSeconds(20))
        .until(() -> {
          stage.time.advance(Duration.ofSeconds(1));
          return answer.isDone();
        });
    var reply = answer.get().is(200);
    assertThat(reply.text("status")).isEqualTo("waiting");
    assertThat(chat.get("/messages").text("messages", 0, "content", 0, "text"))
        .isEqualTo("partial");
  }

  @Test
  void interrupt_waitCommitted_tooLong_isAccepted_andStaysDurable() throws Exception {
    var chat = ada.newChat().taken();
    var answer = committed(chat);
    untilStopping(chat);
    Awaitility.await()
        .atMost(Duration.ofSeconds(30))
        .until(() -> {
          stage.time.advance(Duration.ofSeconds(1));
          return answer.isDone();
        });
    var reply = answer.get(1, TimeUnit.SECONDS).is(202);
    StrictReader.chat(reply.json());
    assertThat(reply.text("phase")).isEqualTo("interrupting");
  }

  @Test
  void interrupt_waitCommitted_withNothingToWaitFor_isAnsweredAtOnce() {
    ada.newChat().answered().post("/interrupt?wait=committed", "").is(200);
    ada.newChat().post("/interrupt?wait=committed", "").is(200);
  }

  @ParameterizedTest
  @ValueSource(strings = {Person.V2, Person.EXPERIMENTAL})
  void retry_ofAFailedTurn_runsItAgain(String mount) {
    var chat = ada.newChat();
    chat.send("waits").is(200);
    chat.failed();
    var history = chat.get("").number("history_version");
    var reply = ada.on(mount).post(chat.path() + "/retry", "").is(200);
    StrictReader.chat(reply.json());
    assertThat(reply.text("status")).isEqualTo("running");
    assertThat(reply.text("phase")).isEqualTo("queued");
    assertThat(reply.number("history_version")).isEqualTo(history);
    assertThat(chat.get("/messages").elements("queued_messages")).hasSize(1);
    chat.post("/retry", "").refuses(ApiError.NOT_FAILED);
  }

  @Test
  void retry_ofATurnThatHasNotFailed_isRefused() {
    ada.newChat().post("/retry", "").refuses(ApiError.NOT_FAILED);
    ada.newChat().taken().post("/retry", "").refuses(ApiError.NOT_FAILED);
    ada.newChat().answered().post("/retry", "").refuses(ApiError.NOT_FAILED);
    ada.newChat().waitingForClient().post("/retry", "").refuses(ApiError.NOT_FAILED);
  }
}
