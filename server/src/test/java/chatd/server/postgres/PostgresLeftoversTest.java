package chatd.server.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import chatd.engine.port.Leftovers.Kind;
import chatd.server.postgres.embedded.TestPostgres;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Of each kind: what is old goes, what is not stays.
class PostgresLeftoversTest {
  @RegisterExtension static final TestPostgres POSTGRES = new TestPostgres();

  private PostgresFixture fixture;
  private PostgresLeftovers leftovers;

  @BeforeEach
  void createDatabase() {
    fixture = new PostgresFixture(POSTGRES);
    leftovers = new PostgresLeftovers(fixture.database());
    var _ = fixture.newUser();
  }

  @AfterEach
  void dropDatabase() throws SQLException {
    fixture.close();
  }

  /// Enters so many rows of a kind, whose time came so long ago.
  private void enter(Kind kind, int count, String ago) {
    var made =
        switch (kind) {
          case REQUEST_KEYS ->
              """
              insert into idempotency_keys select u.id, gen_random_uuid(), '', 201, '', t.old
              """;
          case EXPIRED_TOKENS ->
              """
              insert into tokens (user_id, hash, name, expires_at)
              select u.id, sha256(gen_random_uuid()::text::bytea), '"t"', t.old
              """;
          case DEAD_REPLICAS ->
              """
              insert into replicas (id, address, version, lock_key, state, ended_at)
              select gen_random_uuid(), 'http://r', 'v', 1, 'dead', t.old
              """;
          case TOMBSTONES -> "insert into chat_tombstones select gen_random_uuid(), u.id, t.old";
          case TITLE_CLAIMS ->
              "insert into title_claims select gen_random_uuid(), gen_random_uuid(), t.old";
        };
    fixture
        .database()
        .single(connection ->
            Sql.of(made)
                .add(
                    """
                     from (select id from users limit 1) u,
                      (select clock_timestamp() - ?::interval as old from generate_series(1, ?)) t
                    """,
                    ago,
                    count)
                .update(connection));
  }

  private static String table(Kind kind) {
    return switch (kind) {
      case REQUEST_KEYS -> "idempotency_keys";
      case EXPIRED_TOKENS -> "tokens";
      case DEAD_REPLICAS -> "replicas";
      case TOMBSTONES -> "chat_tombstones";
      case TITLE_CLAIMS -> "title_claims";
    };
  }

  private int count(Kind kind) {
    return fixture
        .database()
        .single(connection ->
            Sql.of("select count(*) from ")
                .add(table(kind))
                .first(connection, row -> row.getInt(1))
                .orElseThrow());
  }

  /// A moment too long, and a moment too short, to be deleted.
  private static List<String> ages(Kind kind) {
    return switch (kind) {
      case REQUEST_KEYS -> List.of("24 hours 1 second", "23 hours 59 minutes");
      case EXPIRED_TOKENS, TITLE_CLAIMS -> List.of("1 second", "-1 minute");
      case DEAD_REPLICAS -> List.of("24 hours 1 second", "23 hours 59 minutes");
      case TOMBSTONES -> List.of("7 days 1 second", "6 days 23 hours 59 minutes");
    };
  }

  @ParameterizedTest
  @EnumSource
  void delete_takesWhatIsOld_andNoMoreThanAsked(Kind kind) {
    enter(kind, 5, ages(kind).getFirst());
    enter(kind, 2, ages(kind).getLast());

    assertThat(leftovers.delete(kind, 3)).isEqualTo(3);
    assertThat(count(kind)).isEqualTo(4);
    assertThat(leftovers.delete(kind, 3)).isEqualTo(2);
    assertThat(leftovers.delete(kind, 3)).isZero();
    assertThat(count(kind)).isEqualTo(2);
    for (var other : Kind.values()) {
      assertThat(leftovers.delete(other, 3)).isZero();
    }
  }

  /// Of replicas there are never many.
  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "DEAD_REPLICAS")
  void delete_readsOnlyWhatIsOld(Kind kind) {
    enter(kind, 300, ages(kind).getLast());
    enter(kind, 2, ages(kind).getFirst());

    var read =
        fixture
            .database()
            .transaction(connection -> {
              // Of so few rows the planner would rather read all.
              for (var whole : List.of("seqscan", "hashjoin", "mergejoin", "bitmapscan")) {
                Sql.of("set local enable_").add(whole).add(" = off").update(connection);
              }
              PostgresLeftovers.deletion(kind, 100).update(connection);
              return Sql.of(
                      """
                      select seq_tup_read + idx_tup_fetch from pg_stat_xact_user_tables
                      where relname = ?
                      """,
                      table(kind))
                  .first(connection, row -> row.getLong(1))
                  .orElseThrow();
            });
    assertThat(read).isBetween(2L, 8L);
  }

  @ParameterizedTest
  @EnumSource
  void delete_onSeveralReplicasAtOnce_nobodyWaitsAndNothingIsCountedTwice(Kind kind)
      throws Exception {
    enter(kind, 500, ages(kind).getFirst());
    Callable<Integer> delete =
        () -> {
          var sum = 0;
          for (var deleted = 1; deleted > 0; sum += deleted) {
            deleted = leftovers.delete(kind, 20);
          }
          return sum;
        };
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var deleted = 0;
      for (var each : threads.invokeAll(Stream.generate(() -> delete).limit(4).toList())) {
        deleted += each.get();
      }
      assertThat(deleted + leftovers.delete(kind, 500)).isEqualTo(500);
    }
    assertThat(count(kind)).isZero();
  }

  @ParameterizedTest
  @EnumSource
  void delete_whereSomebodyHasARow_leavesIt(Kind kind) throws SQLException {
    enter(kind, 2, ages(kind).getFirst());
    var locked =
        switch (kind) {
          case REQUEST_KEYS -> "select 1 from idempotency_keys limit 1 for update";
          case EXPIRED_TOKENS -> "select 1 from tokens limit 1 for update";
          case DEAD_REPLICAS -> "select 1 from replicas limit 1 for update";
          case TOMBSTONES -> "select 1 from chat_tombstones limit 1 for update";
          case TITLE_CLAIMS -> "select 1 from title_claims limit 1 for update";
        };
    try (var other = fixture.connect()) {
      other.setAutoCommit(false);
      assertThat(Sql.of(locked).list(other, row -> 1)).hasSize(1);
      assertThat(leftovers.delete(kind, 9)).isEqualTo(1);
      other.rollback();
    }
    assertThat(leftovers.delete(kind, 9)).isEqualTo(1);
  }

  @Test
  void replicaThatDied_isListedForAnHour() {
    enter(Kind.DEAD_REPLICAS, 1, "59 minutes");
    enter(Kind.DEAD_REPLICAS, 2, "61 minutes");

    assertThat(fixture.directory().list()).hasSize(1);
    assertThat(count(Kind.DEAD_REPLICAS)).isEqualTo(3);
  }
}
