package chatd.server.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import chatd.core.chat.ReplicaId;
import chatd.core.message.ChatId;
import chatd.engine.port.Hint;
import chatd.engine.port.Pubsub;
import chatd.engine.port.PubsubContract;
import chatd.server.postgres.embedded.TestPostgres;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class PostgresPubsubTest extends PubsubContract {
  @RegisterExtension static final TestPostgres POSTGRES = new TestPostgres();

  private static PostgresFixture fixture;

  private final List<PostgresPubsub> joined = new ArrayList<>();

  @BeforeAll
  static void createDatabase() {
    fixture = new PostgresFixture(POSTGRES);
  }

  @AfterAll
  static void dropDatabase() throws SQLException {
    fixture.close();
  }

  @AfterEach
  void leave() {
    joined.forEach(PostgresPubsub::close);
  }

  @Override
  protected Pubsub join(Pubsub.Listener listener) {
    return join(new ReplicaId(UUID.randomUUID()), listener);
  }

  private PostgresPubsub join(ReplicaId id, Pubsub.Listener listener) {
    var heard = new Heard();
    var pubsub = new PostgresPubsub(fixture.database(), fixture.time(), id);
    joined.add(pubsub);
    pubsub.listen(
        new Pubsub.Listener() {
          @Override
          public void hinted(Hint hint) {
            listener.hinted(hint);
          }

          @Override
          public void modelsChanged() {
            listener.modelsChanged();
          }

          @Override
          public void resumed() {
            listener.resumed();
            heard.resumed();
          }
        });
    await(heard);
    return pubsub;
  }

  private static void await(Heard heard) {
    try {
      heard.awaitResumption();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void listener_whoseBackendIsKilled_listensAgainAndSaysSo() throws Exception {
    var heard = new Heard();
    var id = new ReplicaId(UUID.randomUUID());
    join(id, heard);
    heard.awaitResumption();

    killListener();

    heard.awaitResumption();
    var hint = hint(new ChatId(UUID.randomUUID()), 3);
    join(new Heard()).publish(hint);
    assertThat(heard.next()).isEqualTo(hint);
    assertThat(isLocked(id)).isTrue();
  }

  @Test
  void lock_isHeldWhileTheReplicaListens() throws Exception {
    var id = new ReplicaId(UUID.randomUUID());
    var pubsub = join(id, new Heard());
    assertThat(isLocked(id)).isTrue();

    var heard = new Heard();
    var next = new ReplicaId(UUID.randomUUID());
    var other = join(next, heard);
    heard.awaitResumption();
    var reborn = new ReplicaId(UUID.randomUUID());
    other.become(reborn);
    heard.awaitResumption();

    assertThat(isLocked(reborn)).isTrue();
    pubsub.close();
    assertThat(isLocked(id)).isFalse();
  }

  @Test
  void close_sendsWhatWasPublishedBefore() throws Exception {
    var heard = new Heard();
    join(heard);
    var leaving = join(new ReplicaId(UUID.randomUUID()), new Heard());
    var hint = hint(new ChatId(UUID.randomUUID()), 3);

    leaving.publish(hint);
    leaving.close();

    assertThat(heard.next()).isEqualTo(hint);
  }

  @Test
  void lock_isTakenBesideAnOldSessionThatTheDatabaseStillKeeps() throws Exception {
    var id = new ReplicaId(UUID.randomUUID());
    fixture.holdLock(id, true);
    join(id, new Heard());

    fixture.holdLock(id, false);

    assertThat(isLocked(id)).isTrue();
  }

  @Test
  void payload_withFieldsOfALaterVersion_isUnderstood() throws Exception {
    var heard = new Heard();
    join(heard);
    var hint = hint(new ChatId(UUID.randomUUID()), 3);
    var payload = HintCodec.encode(new ReplicaId(UUID.randomUUID()), hint);

    send("not json");
    send("{\"from\":\"x\"}");
    send(payload.replace("{\"from\"", "{\"new\":{\"a\":[1]},\"more\":1.5,\"from\""));

    assertThat(heard.next()).isEqualTo(hint);
  }

  private static void send(String payload) throws SQLException {
    try (var connection = fixture.connect()) {
      Sql.of("select pg_notify(?, ?)", PostgresPubsub.CHANNEL, payload).list(connection, _ -> 0);
    }
  }

  private static void killListener() throws SQLException {
    try (var connection = fixture.connect()) {
      Sql.of(
              """
              select pg_terminate_backend(pid) from pg_locks
              where locktype = 'advisory' and mode = 'ShareLock'
                and database = (select oid from pg_database where datname = current_database())
              """)
          .list(connection, _ -> 0);
    }
  }

  private static boolean isLocked(ReplicaId id) throws SQLException {
    try (var connection = fixture.connect()) {
      return Sql.of("select ? in (" + SessionLock.HELD_KEYS + ") as held", SessionLock.key(id))
          .first(connection, row -> row.getBoolean("held"))
          .orElseThrow();
    }
  }
}
