package chatd.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import chatd.core.chat.ChatCommand;
import chatd.core.chat.ChatFacts.QueueLimits;
import chatd.core.chat.ReplicaId;
import chatd.core.message.ChatId;
import chatd.core.message.UserId;
import chatd.e2e.StreamSocket.Kind;
import chatd.engine.port.Outcome;
import chatd.server.SystemTime;
import chatd.server.model.Script;
import chatd.server.postgres.Database;
import chatd.server.postgres.DatabaseBounds;
import chatd.server.postgres.DatabaseUrl;
import chatd.server.postgres.PostgresChatStore;
import chatd.server.postgres.embedded.TestPostgres;
import java.time.Duration;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// Changes that reach the database and of which nobody is told, as if every notification of another
/// replica had been lost.
class LostHintTest {
  @RegisterExtension static final TestPostgres POSTGRES = new TestPostgres();

  private static final Duration REPAIR_MAX = Duration.ofSeconds(5);

  private static Stage stage;
  private static Replica replica;
  private static ApiClient user;

  @BeforeAll
  static void start() {
    stage = Stage.with(POSTGRES);
    replica = stage.setup().startInside();
    user = replica.client();
  }

  @AfterAll
  static void stop() {
    replica.close();
    stage.close();
  }

  @Test
  void stop_nobodyIsToldOf_closesTheProviderWithin5Seconds() throws Exception {
    stage.answer("silent stop", Script.begin().text("Partial").hang());
    var chat = user.create("silent stop");
    try (var viewer = StreamViewer.open(user, chat, Kind.WEB_SOCKET)) {
      var request = stage.request("silent stop");
      viewer.awaitPreview("Partial");
      silently(stage, chat, new ChatCommand.Interrupt(owner(user, chat)));
      assertThat(request.isClosedByClient(REPAIR_MAX)).as("closed within 5 s").isTrue();
      viewer.awaitStatus("waiting");
      assertThat(viewer.history()).containsExactly("user: silent stop", "assistant: Partial");
    }
  }

  @Test
  void change_nobodyIsToldOf_reachesViewersWithin5Seconds() {
    stage.answer("silent queue", Script.begin().text("Partial").hang());
    var chat = user.create("silent queue");
    try (var viewer = StreamViewer.open(user, chat, Kind.SSE)) {
      viewer.awaitPreview("Partial");
      var queued = user.send(chat, "waits").expect(200).path("queued_message");
      viewer.await("the queue", c -> c.queued().size() == 1);
      var id = queued.path("id").asLong();
      silently(stage, chat, new ChatCommand.DeleteQueued(owner(user, chat), id));
      viewer.await("the empty queue", REPAIR_MAX, c -> c.queued().isEmpty());
      user.interrupt(chat).expect(200);
      viewer.awaitStatus("waiting");
    }
  }

  /// Whose chat it is.
  static UserId owner(ApiClient user, String chat) {
    return new UserId(UUID.fromString(user.chat(chat).path("owner_id").asString()));
  }

  /// Carries out a command as another replica does, and tells nobody.
  static void silently(Stage stage, String chat, ChatCommand command) {
    var url = DatabaseUrl.parse(String.valueOf(stage.setup().databaseUrl()));
    var somebody = new ReplicaId(UUID.randomUUID());
    try (var database = new Database(url, DatabaseBounds.DEFAULT, somebody, 1)) {
      var store = new PostgresChatStore(database, new SystemTime(), new QueueLimits(20, 3 << 20));
      var outcome = store.apply(new ChatId(UUID.fromString(chat)), command, null);
      assertThat(outcome).isInstanceOf(Outcome.Done.class);
    }
  }
}
