package chatd.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import chatd.core.chat.ChatCommand;
import chatd.server.model.Script;
import chatd.server.postgres.embedded.TestPostgres;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// A user who watches all own chats, at two replicas of one deployment.
class WatchTest {
  @RegisterExtension static final TestPostgres POSTGRES = new TestPostgres();

  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final Duration REPAIR_MAX = Duration.ofSeconds(5);

  private static Stage stage;
  private static Replica here;
  private static Replica there;

  @BeforeAll
  static void start() {
    stage = Stage.with(POSTGRES);
    here = stage.setup().startInside();
    there = stage.setup().startInside();
  }

  @AfterAll
  static void stop() {
    here.close();
    there.close();
    stage.close();
  }

  private static ApiClient user() {
    return here.client();
  }

  /// A chat whose turn is over.
  private static String finishedChat(String question) {
    var chat = user().create(question);
    await().atMost(PATIENCE).until(() -> user().status(chat).equals("waiting"));
    return chat;
  }

  @Test
  void lifeOfAChat_isToldAtBothReplicas() {
    try (var near = WatchSocket.open(here.client());
        var far = WatchSocket.open(there.client())) {
      var gate = new CountDownLatch(1);
      stage.answer("watched", Script.begin().text("x").pause(gate).finish("stop").done());
      var chat = user().create("watched");
      for (var socket : new WatchSocket[] {near, far}) {
        var created = socket.await(chat, "created", PATIENCE, _ -> true);
        assertThat(created.path("title").asString()).isEqualTo("watched");
        assertThat(created.path("children").isEmpty()).isTrue();
        // Whoever reads late hears of it as it is by then.
        socket.await(chat, "", PATIENCE, c -> c.path("phase").asString().equals("generating"));
      }
      gate.countDown();
      for (var socket : new WatchSocket[] {near, far}) {
        socket.await(
            chat, "status_change", PATIENCE, c -> c.path("status").asString().equals("waiting"));
      }
      user().describe(chat, "\"title\":\"by hand\"").expect(204);
      user().describe(chat, "\"archived\":true").expect(204);
      for (var socket : new WatchSocket[] {near, far}) {
        socket.await(
            chat, "title_change", PATIENCE, c -> c.path("title").asString().equals("by hand"));
        socket.await(chat, "deleted", PATIENCE, c -> c.path("archived").asBoolean());
      }
      user().describe(chat, "\"archived\":false").expect(204);
      user().describe(chat, "\"labels\":{\"a\":\"b\"}").expect(204);
      user().describe(chat, "\"pin_order\":1").expect(204);
      user().deleteChat(chat).expect(204);
      for (var socket : new WatchSocket[] {near, far}) {
        var last = socket.await(chat, "deleted", PATIENCE, c -> !c.path("archived").asBoolean());
        assertThat(last.path("title").asString()).isEqualTo("by hand");
        assertThat(last.path("labels").path("a").asString()).isEqualTo("b");
        assertThat(socket.kinds(chat)).startsWith("created").endsWith("deleted");
      }
    }
  }

  @Test
  void envelope_isPutAroundEachEvent() {
    try (var socket = WatchSocket.open(there.client(), "?framing=envelope")) {
      var chat = user().create("enveloped");
      await()
          .atMost(PATIENCE)
          .until(() ->
              socket.events().stream()
                  .anyMatch(event ->
                      event.path("type").asString().equals("data")
                          && event.path("data").path("kind").asString().equals("created")
                          && event.path("data").path("chat").path("id").asString().equals(chat)));
    }
  }

  @Test
  void changesNobodyIsToldOf_areFoundWithinFiveSeconds() {
    var chat = finishedChat("unheard");
    var owner = LostHintTest.owner(user(), chat);
    try (var socket = WatchSocket.open(there.client())) {
      LostHintTest.silently(stage, chat, new ChatCommand.Archive(owner));
      socket.await(chat, "deleted", REPAIR_MAX, c -> c.path("archived").asBoolean());
      LostHintTest.silently(stage, chat, new ChatCommand.Unarchive(owner));
      socket.await(chat, "created", REPAIR_MAX, _ -> true);
      LostHintTest.silently(stage, chat, new ChatCommand.Delete(owner));
      socket.await(chat, "deleted", REPAIR_MAX, c -> !c.path("archived").asBoolean());
    }
  }

  @Test
  void listenersAndAllSessionsBroken_nothingIsMissed() {
    var chat = finishedChat("broken");
    try (var socket = WatchSocket.open(there.client())) {
      stage.breakListeners();
      user().describe(chat, "\"title\":\"first\"").expect(204);
      socket.await(
          chat, "title_change", REPAIR_MAX, c -> c.path("title").asString().equals("first"));
      stage.breakDatabaseConnections();
      await()
          .atMost(PATIENCE)
          .until(() -> user().describe(chat, "\"title\":\"second\"").status() == 204);
      socket.await(
          chat, "title_change", PATIENCE, c -> c.path("title").asString().equals("second"));
      assertThat(socket.isOpen()).isTrue();
    }
  }

  @Test
  void clientThatSaysSomething_isClosed() throws Exception {
    try (var socket = WatchSocket.open(here.client())) {
      socket.say("hello");
      assertThat(socket.awaitEnd()).isEqualTo("1008 Clients cannot send messages on this socket.");
    }
  }

  @Test
  void replicaThatStops_tellsTheLastNews_andThenItsEnd() {
    var third = stage.setup().startInside();
    try (var socket = WatchSocket.open(third.client())) {
      var chat = user().create("last news");
      third.close();
      assertThat(socket.awaitEnd()).isEqualTo("1001 draining");
      assertThat(socket.kinds(chat)).contains("created");
    }
  }
}
