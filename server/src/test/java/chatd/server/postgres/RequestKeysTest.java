package chatd.server.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import chatd.core.chat.ChatCommand;
import chatd.engine.port.Outcome;
import chatd.engine.port.RequestKey;
import chatd.engine.port.StoredAnswer;
import chatd.engine.port.TestChat;
import chatd.server.postgres.embedded.TestPostgres;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.Executors;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// A key whose first request is not done, or is long over.
class RequestKeysTest {
  @RegisterExtension static final TestPostgres POSTGRES = new TestPostgres();

  private PostgresFixture fixture;
  private ChatCommand.Create creation;
  private RequestKey key;

  @BeforeEach
  void start() {
    fixture = new PostgresFixture(POSTGRES);
    creation = TestChat.creation(fixture.newUser(), null, TestChat.text("x"));
    key =
        new RequestKey(
            creation.identity().user(),
            "k",
            new byte[] {1},
            _ -> new StoredAnswer(201, new byte[] {2}));
  }

  @AfterEach
  void stop() throws SQLException {
    fixture.close();
  }

  @Test
  void firstRequestFails_theRepeatThatWaitedGoesOn() throws Exception {
    try (var first = fixture.connect();
        var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      enterKey(first);
      var repeat = threads.submit(this::create);
      Awaitility.await().pollInterval(Duration.ofMillis(10)).until(this::somebodyWaits);

      first.rollback();

      assertThat(repeat.get()).isInstanceOf(Outcome.Done.class);
    }
  }

  @Test
  @Tag("slow")
  void firstRequestDoesNotEnd_theRepeatGivesUpWithinTenSeconds() throws SQLException {
    try (var first = fixture.connect()) {
      enterKey(first);
      var start = fixture.time().nanos();

      assertThat(create()).isEqualTo(new Outcome.KeyInUse());

      assertThat(Duration.ofNanos(fixture.time().nanos() - start))
          .isBetween(Duration.ofSeconds(7), Duration.ofSeconds(10));
      assertThat(fixture.store().find(creation.id())).isEmpty();
      first.rollback();
    }
  }

  @Test
  void keyOfYesterday_isNew() throws SQLException {
    assertThat(create()).isInstanceOf(Outcome.Done.class);
    execute("update idempotency_keys set created_at = now() - interval '24 hours 1 second'");
    var chat = new TestChat(fixture, creation.id(), creation.identity().user());

    var later = fixture.store().apply(chat.id(), chat.send("again"), key);

    assertThat(later).isInstanceOf(Outcome.Done.class);
    assertThat(fixture.store().apply(chat.id(), chat.send("again"), key))
        .isInstanceOf(Outcome.Replayed.class);
  }

  private Outcome create() {
    return fixture.store().create(creation, TestChat.DESCRIPTION, key);
  }

  private void enterKey(Connection connection) throws SQLException {
    connection.setAutoCommit(false);
    Sql.of(
            "insert into idempotency_keys values (?, ?, ?, 201, ?)",
            key.user().value(),
            key.key(),
            key.fingerprint(),
            new byte[1])
        .update(connection);
  }

  private boolean somebodyWaits() throws SQLException {
    return count("select count(*) from pg_locks where not granted") > 0;
  }

  private long count(String sql) throws SQLException {
    try (var connection = fixture.connect()) {
      return Sql.of(sql).first(connection, row -> row.getLong(1)).orElseThrow();
    }
  }

  private void execute(String sql) throws SQLException {
    try (var connection = fixture.connect()) {
      Sql.of(sql).update(connection);
    }
  }
}
