package chatd.server.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import chatd.core.chat.ReplicaId;
import chatd.engine.port.Outcome;
import chatd.engine.port.PubsubContract.Heard;
import chatd.engine.port.RequestKey;
import chatd.engine.port.StoreException;
import chatd.engine.port.StoredAnswer;
import chatd.engine.port.TestChat;
import chatd.server.postgres.embedded.TestPostgres;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.UUID;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// The network swallows bytes and tells nobody.
@Tag("slow")
class SilentCutTest {
  @RegisterExtension static final TestPostgres POSTGRES = new TestPostgres();

  private static final DatabaseBounds SHORT =
      new DatabaseBounds(
          Duration.ofMillis(700),
          Duration.ofMillis(700),
          Duration.ofMillis(700),
          Duration.ofSeconds(1),
          Duration.ofSeconds(1));

  private PostgresFixture fixture;
  private BlackHole cable;
  private Database database;
  private PostgresChatStore store;
  private TestChat chat;

  @BeforeEach
  void start() {
    fixture = new PostgresFixture(POSTGRES);
    chat = TestChat.create(fixture);
    cable = new BlackHole(fixture.url());
    database = new Database(cable.url(), SHORT, new ReplicaId(UUID.randomUUID()), 2);
    store = new PostgresChatStore(database, fixture.time(), PostgresFixture.QUEUE_LIMITS);
  }

  @AfterEach
  void stop() throws SQLException, IOException {
    database.close();
    cable.close();
    fixture.close();
  }

  @Test
  void answerToACommitIsLost_theOutcomeIsUnknownAndARepeatFindsIt() {
    var key =
        new RequestKey(chat.user(), "k", new byte[1], _ -> new StoredAnswer(200, new byte[0]));
    cable.swallowAnswersTo("COMMIT");

    assertFails(
        StoreException.Kind.OUTCOME_UNKNOWN, () -> store.apply(chat.id(), chat.send("x"), key));

    assertThat(chat.row().lifecycle().queued()).isEqualTo(1);
    assertThat(store.apply(chat.id(), chat.send("x"), key)).isInstanceOf(Outcome.Replayed.class);
    assertThat(chat.row().lifecycle().queued()).isEqualTo(1);
  }

  @Test
  void answerToAWriteIsLost_nothingIsWritten() {
    cable.swallowAnswersTo("with updated");

    assertFails(
        StoreException.Kind.UNAVAILABLE, () -> store.apply(chat.id(), chat.send("x"), null));

    assertThat(store.apply(chat.id(), chat.send("y"), null)).isInstanceOf(Outcome.Done.class);
    assertThat(chat.row().lifecycle().queued()).isEqualTo(1);
  }

  @Test
  void statementOnACutConnection_failsInsteadOfHanging() {
    store.find(chat.id());
    cable.swallowAll();
    var start = fixture.time().nanos();

    assertFails(StoreException.Kind.UNAVAILABLE, () -> store.find(chat.id()));

    assertThat(Duration.ofNanos(fixture.time().nanos() - start)).isLessThan(Duration.ofSeconds(4));
    // The pool finds out about its other connections one by one.
    Awaitility.await()
        .ignoreExceptionsInstanceOf(StoreException.class)
        .untilAsserted(() -> assertThat(store.find(chat.id())).contains(chat.find()));
  }

  @Test
  void heartbeatOnACutConnection_failsWithinTwoSeconds() throws Exception {
    try (var directory = new PostgresReplicaDirectory(database, PostgresFixture.QUEUE_LIMITS)) {
      var me = new ReplicaId(UUID.randomUUID());
      directory.register(me, "http://here", "test");
      assertThat(directory.beat(me).alive()).isTrue();
      cable.swallowAll();
      var start = fixture.time().nanos();

      assertFails(StoreException.Kind.UNAVAILABLE, () -> directory.beat(me));

      assertThat(Duration.ofNanos(fixture.time().nanos() - start))
          .isLessThan(Duration.ofSeconds(4));
      assertThat(directory.beat(me).alive()).isTrue();
    }
  }

  @Test
  void listenerOnACutConnection_missesItsOwnSignsAndListensAnew() throws Exception {
    var heard = new Heard();
    try (var pubsub =
        new PostgresPubsub(database, fixture.time(), new ReplicaId(UUID.randomUUID()))) {
      pubsub.listen(heard);
      heard.awaitResumption();

      cable.swallowAll();

      heard.awaitResumption();
      assertThat(pubsub.isListening()).isTrue();
    }
  }

  private static void assertFails(StoreException.Kind kind, ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(StoreException.class, e -> assertThat(e.kind()).isEqualTo(kind));
  }
}
