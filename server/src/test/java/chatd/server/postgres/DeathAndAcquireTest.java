package chatd.server.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import chatd.core.chat.ChatCommand;
import chatd.core.chat.ReplicaId;
import chatd.core.chat.RunId;
import chatd.engine.port.Outcome;
import chatd.engine.port.RequestKey;
import chatd.engine.port.StoreException;
import chatd.engine.port.StoredAnswer;
import chatd.engine.port.TestChat;
import chatd.server.postgres.embedded.TestPostgres;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// Replicas that die or freeze in the middle of a transaction.
class DeathAndAcquireTest {
  @RegisterExtension static final TestPostgres POSTGRES = new TestPostgres();

  private final CountDownLatch thaw = new CountDownLatch(1);
  private final CountDownLatch frozen = new CountDownLatch(1);
  private PostgresFixture fixture;
  private SecondReplica other;
  private TestChat chat;
  private ExecutorService threads;

  @BeforeEach
  void start() {
    fixture = new PostgresFixture(POSTGRES);
    other = new SecondReplica(fixture);
    chat = TestChat.create(fixture);
    threads = Executors.newVirtualThreadPerTaskExecutor();
  }

  @AfterEach
  void stop() throws SQLException {
    thaw.countDown();
    threads.close();
    other.close();
    fixture.close();
  }

  @Test
  void deathDeclaredWhileAnAcquireIsInFlight_waitsAndReleasesWhatItTook() throws Exception {
    // Not asked for its answer: the death ends its connection as soon as it has committed.
    var _ =
        threads.submit(() ->
            other.store.acquire(
                other.id,
                1,
                0,
                () -> {
                  freeze();
                  return new RunId(UUID.randomUUID());
                }));
    frozen.await();
    var death = threads.submit(() -> fixture.directory().declareDead(other.id, 0));
    awaitWaiting();

    thaw.countDown();

    assertThat(death.get()).extracting(row -> row.id()).containsExactly(chat.id());
    assertThat(chat.row().ownership()).isNull();
  }

  @Test
  void acquireThatArrivesAfterDeath_takesNothing() {
    fixture.directory().declareDead(other.id, 0);

    // Over a connection that the declaration did not end.
    assertThat(fixture.store().acquire(other.id, 5, 5, () -> new RunId(UUID.randomUUID())))
        .isEmpty();
    assertThat(chat.row().ownership()).isNull();
  }

  @Test
  void death_leavesLockedChatsToTheSweep() throws Exception {
    var second = TestChat.create(fixture);
    other.store.acquire(other.id, 2, 0, () -> new RunId(UUID.randomUUID()));
    var send = threads.submit(() -> fixture.store().apply(chat.id(), chat.send("x"), freezing()));
    frozen.await();

    var released = fixture.directory().declareDead(other.id, 0);
    assertThat(released).extracting(row -> row.id()).containsExactly(second.id());
    assertThat(fixture.directory().sweep()).isEmpty();

    thaw.countDown();
    assertThat(send.get()).isInstanceOf(Outcome.Done.class);
    assertThat(fixture.directory().sweep()).containsExactly(chat.row());
  }

  @Test
  void death_endsTheBackendsOfTheDead() throws Exception {
    try (var replica = SecondReplica.holdingOn(fixture)) {
      mustFreeItsRows(replica, replica.id);
    }
  }

  @Test
  void deathUnderALaterId_endsTheBackendsOfTheDead() throws Exception {
    try (var replica = SecondReplica.holdingOn(fixture)) {
      replica.store.find(chat.id()); // Its connection was made under the former id.
      var reborn = new ReplicaId(UUID.randomUUID());
      replica.database.become(reborn);
      replica.directory.register(reborn, "http://" + reborn, "test");

      mustFreeItsRows(replica, reborn);
    }
  }

  /// The row is free at once, although its holder is still frozen.
  private void mustFreeItsRows(SecondReplica replica, ReplicaId id) throws Exception {
    var send = threads.submit(() -> replica.store.apply(chat.id(), chat.send("x"), freezing()));
    frozen.await();

    fixture.directory().declareDead(id, 0);

    assertThat(fixture.store().apply(chat.id(), chat.send("y"), null))
        .isInstanceOf(Outcome.Done.class);
    thaw.countDown();
    assertFails(send, StoreException.Kind.UNAVAILABLE);
  }

  @Test
  @Tag("slow")
  void frozenInsideATransaction_withFiveRequestsBehind_holdsNobodyUpForLong() throws Exception {
    var held = threads.submit(() -> other.store.apply(chat.id(), chat.send("x"), freezing()));
    frozen.await();
    List<Future<Outcome>> behind = new ArrayList<>();
    for (var i = 0; i < 5; i++) {
      behind.add(threads.submit(() -> other.store.apply(chat.id(), chat.send("behind"), null)));
    }
    var start = System.nanoTime();

    assertThat(fixture.store().apply(chat.id(), chat.send("y"), null))
        .isInstanceOf(Outcome.Done.class);

    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(4));
    thaw.countDown();
    assertFails(held, StoreException.Kind.UNAVAILABLE);
    for (var answer : behind) {
      answer.get();
    }
  }

  @Test
  void everyConnectionInUse_theHeartbeatAndTheLookGoOn() throws Exception {
    var me = new ReplicaId(UUID.randomUUID());
    try (var small = new Database(fixture.url(), DatabaseBounds.DEFAULT, me, 1);
        var directory = new PostgresReplicaDirectory(small, PostgresFixture.QUEUE_LIMITS)) {
      var store = new PostgresChatStore(small, fixture.time(), PostgresFixture.QUEUE_LIMITS);
      directory.register(me, "http://here", "test");
      var held = threads.submit(() -> store.apply(chat.id(), chat.send("x"), freezing()));
      frozen.await();

      assertThat(directory.beat(me).alive()).isTrue();
      assertThat(directory.look(me).peers()).isNotEmpty();

      assertThat(held.isDone()).isFalse();
      thaw.countDown();
      assertThat(held.get()).isInstanceOf(Outcome.Done.class);
    }
  }

  @Test
  void oneBackendKilled_isOneFaultAndNobodysDeath() throws Exception {
    var directory = fixture.directory();
    var me = TestChat.newReplica(fixture);
    var before = directory.look(me);
    assertThat(before.peers()).extracting(peer -> peer.id()).containsExactly(other.id);

    killAll();

    assertThatThrownBy(() -> directory.look(me)).isInstanceOf(StoreException.class);
    var after = directory.look(me);
    assertThat(after.peers()).extracting(peer -> peer.id()).containsExactly(other.id);
    assertThat(after.session()).isNotEqualTo(before.session());
    assertThat(directory.beat(me).alive()).isTrue();
  }

  @Test
  void serverWithAStricterIsolation_refusesNobodyWhoWaited() throws Exception {
    execute(
        """
        do $$ begin
          execute format(
            'alter database %I set default_transaction_isolation = ''repeatable read''',
            current_database());
        end $$
        """);
    try (var third = new SecondReplica(fixture);
        var fourth = new SecondReplica(fixture)) {
      var held = threads.submit(() -> third.store.apply(chat.id(), chat.send("x"), freezing()));
      frozen.await();
      var behind = threads.submit(() -> fourth.store.apply(chat.id(), chat.send("y"), null));
      awaitWaiting();

      thaw.countDown();

      assertThat(held.get()).isInstanceOf(Outcome.Done.class);
      assertThat(behind.get()).isInstanceOf(Outcome.Done.class);
    }
  }

  @Test
  void commitInDoubt_isSaidToBeUnknown() throws SQLException {
    execute(
        """
        create function die() returns trigger language plpgsql as
          'begin perform pg_terminate_backend(pg_backend_pid()); return null; end';
        create constraint trigger die_at_commit after insert on queued_messages
          deferrable initially deferred for each row execute function die();
        """);

    assertThatThrownBy(() -> chat.done(chat.send("lost?")))
        .isInstanceOfSatisfying(
            StoreException.class,
            e -> assertThat(e.kind()).isEqualTo(StoreException.Kind.OUTCOME_UNKNOWN));

    execute("drop trigger die_at_commit on queued_messages");
    assertThat(chat.row().lifecycle().queued()).isZero();
  }

  @Test
  void commitInDoubt_repeatedWithItsKey_hasOneEffect() throws SQLException {
    var key =
        new RequestKey(chat.user(), "k", new byte[1], _ -> new StoredAnswer(200, new byte[0]));
    assertThat(fixture.store().apply(chat.id(), chat.send("once"), key))
        .isInstanceOf(Outcome.Done.class);

    // As if its answer had been lost.
    assertThat(other.store.apply(chat.id(), chat.send("once"), key))
        .isInstanceOf(Outcome.Replayed.class);
    assertThat(chat.row().lifecycle().queued()).isEqualTo(1);
  }

  @Test
  void database_refusesAnOwnerOfAChatAtRest() {
    chat.done(new ChatCommand.Interrupt(chat.user()));

    assertThatThrownBy(() ->
            execute(
                "update chats set owner = gen_random_uuid(), run = gen_random_uuid()"
                    + " where id = '"
                    + chat.id()
                    + "'"))
        .hasMessageContaining("owned_while_active");
    assertThatThrownBy(() ->
            execute("update chats set status = 'interrupting' where id = '" + chat.id() + "'"))
        .hasMessageContaining("interrupting_is_owned");
  }

  private RequestKey freezing() {
    return new RequestKey(
        chat.user(),
        UUID.randomUUID().toString(),
        new byte[1],
        _ -> {
          freeze();
          return new StoredAnswer(200, new byte[0]);
        });
  }

  /// Holds a transaction open, as a process does that was stopped.
  private void freeze() {
    frozen.countDown();
    try {
      thaw.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private void awaitWaiting() {
    Awaitility.await()
        .pollInterval(Duration.ofMillis(10))
        .until(() -> count("select count(*) from pg_locks where not granted") > 0);
  }

  private long count(String sql) throws SQLException {
    try (var connection = fixture.connect()) {
      return Sql.of(sql).first(connection, row -> row.getLong(1)).orElseThrow();
    }
  }

  private void killAll() throws SQLException {
    count(
        """
        select count(pg_terminate_backend(pid)) from pg_stat_activity
        where datname = current_database() and pid <> pg_backend_pid()
        """);
  }

  private void execute(String sql) throws SQLException {
    try (var connection = fixture.connect();
        var statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private static void assertFails(Future<Outcome> answer, StoreException.Kind kind) {
    assertThatThrownBy(answer::get)
        .cause()
        .isInstanceOfSatisfying(StoreException.class, e -> assertThat(e.kind()).isEqualTo(kind));
  }
}
