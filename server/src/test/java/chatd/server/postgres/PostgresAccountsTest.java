package chatd.server.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import chatd.core.message.UserId;
import chatd.server.postgres.embedded.TestPostgres;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.Set;
import java.util.UUID;
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

  private static byte[] hash(int of) {
    var hash = new byte[32];
    Arrays.fill(hash, (byte) of);
    return hash;
  }
}
