package chatd.server.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import chatd.core.message.UserId;
import chatd.engine.port.Accounts.NewToken;
import chatd.engine.port.Accounts.NewUser;
import chatd.engine.port.Accounts.People;
import chatd.engine.port.Accounts.Token;
import chatd.engine.port.Accounts.User;
import chatd.server.postgres.embedded.TestPostgres;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class PostgresAccountsTest {
  @RegisterExtension static final TestPostgres POSTGRES = new TestPostgres();

  private PostgresFixture fixture;
  private PostgresAccounts accounts;

  @BeforeEach
  void createDatabase() {
    fixture = new PostgresFixture(POSTGRES);
    accounts = new PostgresAccounts(fixture.database());
  }

  @AfterEach
  void dropDatabase() throws SQLException {
    fixture.close();
  }

  @Test
  void ensureAdministrator_twice_isOneUserWithOneToken() {
    var first = accounts.ensureAdministrator(hash(1), true);
    var session = accounts.session(hash(1)).orElseThrow();

    assertThat(accounts.ensureAdministrator(hash(1), true)).isEqualTo(first);
    assertThat(first.administrator()).isTrue();
    assertThat(accounts.session(hash(1))).contains(session);
    assertThat(accounts.find(first.id())).contains(first);
  }

  @Test
  void ensureAdministrator_byReplicasThatStartTogether_isOneUserWithOneToken() throws Exception {
    for (var round = 0; round < 300; round++) {
      assertThat(together(4, _ -> accounts.ensureAdministrator(hash(1), true)).stream().distinct())
          .hasSize(1);
      run("delete from users");
    }
  }

  @Test
  void issue_atOnce_staysWithinTheBound() throws Exception {
    for (var round = 0; round < 20; round++) {
      var user = fixture.newUser();
      var first = 6 * round;
      var issued = together(6, number -> accounts.issue(user, hash(first + number), token("t"), 2));
      assertThat(issued.stream().filter(Optional::isPresent)).hasSize(2);
    }
  }

  private static <T> List<T> together(int count, IntFunction<T> what) throws Exception {
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Callable<T>> tasks = new ArrayList<>();
      for (var i = 0; i < count; i++) {
        var number = i;
        tasks.add(() -> what.apply(number));
      }
      List<T> done = new ArrayList<>();
      for (var task : threads.invokeAll(tasks)) {
        done.add(task.get());
      }
      return done;
    }
  }

  @Test
  void ensureAdministrator_withAnotherToken_endsTheOneBefore() {
    var first = accounts.ensureAdministrator(hash(1), true);
    var replaced = accounts.session(hash(1)).orElseThrow().tokenId();

    assertThat(accounts.ensureAdministrator(hash(2), true)).isEqualTo(first);

    assertThat(accounts.session(hash(1))).isEmpty();
    assertThat(accounts.live(Set.of(replaced))).isEmpty();
    assertThat(accounts.session(hash(2)).orElseThrow().user()).isEqualTo(first);
  }

  @Test
  void ensureAdministrator_withATokenMadeElsewhere_leavesTheOthers() {
    accounts.ensureAdministrator(hash(1), false);
    accounts.ensureAdministrator(hash(2), false);

    assertThat(accounts.session(hash(1))).isPresent();
    assertThat(accounts.session(hash(2))).isPresent();
  }

  @Test
  void session_ofAnUnknownOrExpiredToken_isNone() {
    accounts.ensureAdministrator(hash(1), true);
    assertThat(accounts.session(hash(3))).isEmpty();

    fixture
        .database()
        .single(connection ->
            Sql.of("update tokens set expires_at = clock_timestamp()").update(connection));

    assertThat(accounts.session(hash(1))).isEmpty();
    assertThat(accounts.find(new UserId(UUID.randomUUID()))).isEmpty();
  }

  @Test
  void ensureAdministrator_withAnotherToken_leavesThoseThatPeopleMade() {
    var admin = accounts.ensureAdministrator(hash(1), true);
    var made = issue(admin.id(), hash(7), "first token");

    accounts.ensureAdministrator(hash(2), true);

    assertThat(accounts.tokens(admin.id())).extracting(Token::id).containsExactly(made.id());
    assertThat(accounts.session(hash(7))).isPresent();
    assertThat(accounts.revoke(admin.id(), tokenId(hash(2)))).isFalse();
    assertThat(accounts.session(hash(2))).isPresent();
  }

  @Test
  void create_aNameOrAddressThatIsTaken_isRefused() {
    var ada = accounts.create(new NewUser("ada", "Ada@example.org", false)).orElseThrow();

    assertThat(accounts.find("ada")).contains(ada);
    assertThat(accounts.find("bob")).isEmpty();
    assertThat(accounts.create(new NewUser("ada", "other@example.org", true))).isEmpty();
    assertThat(accounts.create(new NewUser("bob", "ada@EXAMPLE.org", true))).isEmpty();
    assertThat(accounts.find("ada")).contains(ada);
  }

  @Test
  void list_isInTheOrderOfAdding_andCountsAll() {
    var names = List.of("c", "a", "b");
    for (var name : names) {
      accounts.create(new NewUser(name, name + "@example.org", false));
    }

    assertThat(accounts.list(10, 0).users()).extracting(User::username).containsAll(names);
    assertThat(accounts.list(2, 1).users()).extracting(User::username).containsExactly("a", "b");
    assertThat(accounts.list(2, 1).count()).isEqualTo(3);
    assertThat(accounts.list(2, Long.MAX_VALUE)).isEqualTo(new People(List.of(), 3));
  }

  @Test
  void issue_hasANameOfAnyText_andEndsAfterItsLifetime() {
    var user = fixture.newUser();
    var name = "laptop \0 \ud83d";
    var token = issue(user, hash(1), name);

    assertThat(token.name()).isEqualTo(name);
    assertThat(token.lastUsedAt()).isNull();
    assertThat(Duration.between(token.createdAt(), token.expiresAt()))
        .isCloseTo(Duration.ofMinutes(10), Duration.ofSeconds(5));
    assertThat(accounts.tokens(user)).containsExactly(token);
    assertThat(accounts.session(hash(1)).orElseThrow().expiresAt()).isEqualTo(token.expiresAt());

    run("update tokens set expires_at = clock_timestamp()");

    assertThat(accounts.tokens(user)).isEmpty();
    assertThat(accounts.session(hash(1))).isEmpty();
  }

  @Test
  void issue_overTheBound_isRefused_expiredOnesApart() {
    var user = fixture.newUser();
    issue(user, hash(1), "a");
    run("update tokens set expires_at = clock_timestamp()");

    assertThat(accounts.issue(user, hash(2), token("b"), 1)).isPresent();
    assertThat(accounts.issue(user, hash(3), token("c"), 1)).isEmpty();
    assertThat(accounts.issue(fixture.newUser(), hash(3), token("c"), 1)).isPresent();
  }

  @Test
  void revoke_endsTheTokenOfThisUserOnly_once() {
    var user = fixture.newUser();
    var token = issue(user, hash(1), "a");

    assertThat(accounts.revoke(fixture.newUser(), token.id())).isFalse();
    assertThat(accounts.live(Set.of(token.id()))).containsExactly(token.id());
    assertThat(accounts.revoke(user, token.id())).isTrue();
    assertThat(accounts.revoke(user, token.id())).isFalse();
    assertThat(accounts.live(Set.of(token.id()))).isEmpty();
    assertThat(accounts.session(hash(1))).isEmpty();
  }

  @Test
  void session_notesItsUse_atMostOnceAMinute() {
    var user = fixture.newUser();
    issue(user, hash(1), "a");
    accounts.session(hash(1));
    var first = lastUse(user);

    accounts.session(hash(1));

    assertThat(lastUse(user)).isEqualTo(first).isNotNull();
    run("update tokens set last_used_at = last_used_at - interval '61 s'");
    accounts.session(hash(1));
    assertThat(lastUse(user)).isAfterOrEqualTo(first);
  }

  @Test
  void session_whoseRowIsLocked_doesNotWait() throws SQLException {
    var user = fixture.newUser();
    issue(user, hash(1), "a");
    try (var other = fixture.connect()) {
      other.setAutoCommit(false);
      Sql.of("select 1 from tokens for update").list(other, row -> 1);

      assertThat(accounts.session(hash(1))).isPresent();
      other.rollback();
    }
    assertThat(lastUse(user)).isNull();
  }

  private @Nullable Instant lastUse(UserId user) {
    return accounts.tokens(user).getFirst().lastUsedAt();
  }

  private UUID tokenId(byte[] hash) {
    return accounts.session(hash).orElseThrow().tokenId();
  }

  private Token issue(UserId user, byte[] hash, String name) {
    return accounts.issue(user, hash, token(name), 10).orElseThrow();
  }

  private static NewToken token(String name) {
    return new NewToken(name, Duration.ofMinutes(10));
  }

  private void run(String sql) {
    fixture.database().single(connection -> Sql.of(sql).update(connection));
  }

  private static byte[] hash(int of) {
    var hash = new byte[32];
    Arrays.fill(hash, (byte) of);
    return hash;
  }
}
