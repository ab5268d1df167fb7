package chatd.server.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import chatd.core.chat.ChatCommand;
import chatd.core.message.ContentPart;
import chatd.engine.chats.TitleQuestion;
import chatd.engine.fake.ScriptedModel;
import chatd.engine.port.DescribeChat;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/// Other titles, made by the model when somebody asks.
@Timeout(60) // Whoever is not refused waits for the model.
class TitleTest {
  @RegisterExtension static final ApiServer SERVER = new ApiServer();

  private static final String REGENERATE = "/title/regenerate";
  private static final String PROPOSE = "/title/propose";

  private ApiStage stage;
  private OneChat chat;

  @BeforeEach
  void start() {
    stage = SERVER.stage(ApiStage.Settings.DEFAULT);
    chat = stage.person().newChat().answered();
  }

  @AfterEach
  void stop() throws Exception {
    stage.close();
  }

  /// A request, and what the model is asked because of it.
  private record Asked(CompletableFuture<Reply> reply, ScriptedModel.Request model) {

    Reply answered(String title) throws Exception {
      model.say(title).complete();
      return reply.get(20, TimeUnit.SECONDS);
    }

    String quoted() {
      var entry = model.request().prompt().entries().getLast();
      return ((ContentPart.Text) entry.content().getFirst()).text();
    }
  }

  private Asked ask(String path) {
    var before = requests().size();
    var reply =
        CompletableFuture.supplyAsync(() -> chat.post(path, ""), Thread::startVirtualThread);
    await().until(() -> requests().size() > before);
    return new Asked(reply, requests().getLast());
  }

  private List<ScriptedModel.Request> requests() {
    return stage.models.script.titleRequests();
  }

  private String title() {
    return chat.get("").text("title");
  }

  @Test
  void regenerate_givesTheChatTheTitleOfTheModel() throws Exception {
    var before = chat.snapshot();
    var asked = ask(REGENERATE);
    assertThat(asked.quoted()).isEqualTo("first\n\nAnswer: done");

    var reply = asked.answered("\"On tides.\"").is(200);

    StrictReader.chat(reply.json());
    assertThat(reply.text("title")).isEqualTo("On tides");
    assertThat(chat.get("").json()).isEqualTo(reply.json());
    assertThat(chat.snapshot()).isEqualTo(before + 1);
  }

  @Test
  void regenerate_replacesTheTitleOfAPerson_andIsNotReplacedUnasked() throws Exception {
    chat.patch("", "{\"title\":\"mine\"}").is(204);

    ask(REGENERATE).answered("Tides").is(200);

    assertThat(title()).isEqualTo("Tides");
    var unasked = new DescribeChat(null, "late", null, null);
    stage.backend.stores().store().describe(chat.worker().id(), unasked);
    assertThat(title()).isEqualTo("Tides");
  }

  @Test
  void regenerate_whileOneIsInProgress_isRefused_untilThatIsDone() throws Exception {
    var first = ask(REGENERATE);

    for (var mount : UserRoutes.MOUNTS) {
      var other = new OneChat(chat.person().on(mount), chat.worker());
      other.post(REGENERATE, "").refuses(ApiError.TITLE_IN_PROGRESS);
    }

    assertThat(title()).isEqualTo("first");
    first.answered("One").is(200);
    assertThat(ask(REGENERATE).answered("Two").is(200).text("title")).isEqualTo("Two");
  }

  @Test
  void regenerate_afterTheReplicaThatDidItDied_isPossibleOnceItsClaimHasEnded() throws Exception {
    var claims = stage.backend.titleClaims();
    claims.take(chat.worker().id(), UUID.randomUUID(), Duration.ofMinutes(1));
    chat.post(REGENERATE, "").refuses(ApiError.TITLE_IN_PROGRESS);

    stage.backend.endTitleClaims();

    assertThat(ask(REGENERATE).answered("New").is(200).text("title")).isEqualTo("New");
  }

  @Test
  void regenerate_thatFails_keepsTheTitle_andCanBeTriedAgain() throws Exception {
    var before = chat.snapshot();
    var asked = ask(REGENERATE);
    asked.model().fail(ScriptedModel.overloaded());
    asked
        .reply()
        .get(20, TimeUnit.SECONDS)
        .refuses(ApiError.UNAVAILABLE)
        .withDetail("The model provider is overloaded.");
    assertThat(title()).isEqualTo("first");
    assertThat(chat.snapshot()).isEqualTo(before);
    assertThat(ask(REGENERATE).answered("New").is(200).text("title")).isEqualTo("New");
  }

  @Test
  void regenerate_withoutAnAnswerInTime_isGivenUp() throws Exception {
    var asked = ask(REGENERATE);
    stage.time.advance(TitleQuestion.PATIENCE);
    asked
        .reply()
        .get(20, TimeUnit.SECONDS)
        .refuses(ApiError.UNAVAILABLE)
        .withDetail("The model took too long for a title.");
    assertThat(asked.model().isCancelled()).isTrue();
  }

  @Test
  void answerThatIsNoTitle_keepsTheOneThereIs() throws Exception {
    var before = chat.snapshot();
    assertThat(ask(PROPOSE).answered(" \n").is(200).text("title")).isEqualTo("first");
    assertThat(ask(REGENERATE).answered(" \n").is(200).text("title")).isEqualTo("first");
    assertThat(chat.snapshot()).isEqualTo(before);
  }

  @Test
  void whereNothingWasSaid_theTitleStays_andNobodyIsAsked() {
    chat.post("/clear", "").is(200);
    var before = chat.snapshot();
    assertThat(chat.post(PROPOSE, "").is(200).text("title")).isEqualTo("first");
    assertThat(chat.post(REGENERATE, "").is(200).text("title")).isEqualTo("first");
    assertThat(chat.snapshot()).isEqualTo(before);
    assertThat(requests()).isEmpty();
  }

  @Test
  void propose_storesNothing_andStandsInNobodysWay() throws Exception {
    var before = chat.snapshot();
    var proposal = ask(PROPOSE);
    var other = ask(PROPOSE);
    assertThat(ask(REGENERATE).answered("Stored").is(200).text("title")).isEqualTo("Stored");

    var reply = proposal.answered("Proposed").is(200);

    assertThat(reply.body()).isEqualTo("{\"title\":\"Proposed\"}");
    other.answered("Other").is(200);
    assertThat(title()).isEqualTo("Stored");
    assertThat(chat.snapshot()).isEqualTo(before + 1);
  }

  @Test
  void longConversation_isQuotedByItsBeginningAndItsEnd() throws Exception {
    for (var i = 0; i < 30; i++) {
      chat.send("question " + i).is(200);
      chat.answered();
    }
    var asked = ask(PROPOSE);
    assertThat(asked.quoted())
        .startsWith("first\n\n")
        .endsWith("question 29\n\nAnswer: done")
        .doesNotContain("question 20\n");
    asked.answered("x").is(200);
  }

  @Test
  void withoutAModel_isRefused() {
    stage.models.isOffered = false;
    chat.post(PROPOSE, "").refuses(ApiError.NO_DEFAULT_MODEL);
    chat.post(REGENERATE, "").refuses(ApiError.NO_DEFAULT_MODEL);
  }

  @Test
  void chatThatIsDeletedMeanwhile_isMissing() throws Exception {
    var asked = ask(REGENERATE);
    chat.worker().done(new ChatCommand.Delete(chat.person().user()));
    asked.answered("late").refuses(ApiError.NOT_FOUND);
  }

  @Test
  void foreignChat_isNone() {
    var other = stage.person();
    for (var path : new String[] {REGENERATE, PROPOSE}) {
      other.post(chat.path() + path, "").refuses(ApiError.NOT_FOUND);
      other.post("/x" + path, "").refuses(ApiError.CHAT_ID_INVALID);
    }
  }
}
