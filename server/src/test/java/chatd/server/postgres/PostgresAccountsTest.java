package chatd.server.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import chatd.core.message.UserId;
import chatd.server.postgres.embedded.TestPostgres;
import java.sql.SQLException;
import java.util.Arrays;
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
  void ensureAdministrator_twice_isOneUserWithBothTokens() {
    var first = accounts.ensureAdministrator(hash(1));
    var second = accounts.ensureAdministrator(hash(2));

    assertThat(second).isEqualTo(first);
    assertThat(first.administrator()).isTrue();
    assertThat(accounts.ensureAdministrator(hash(1))).isEqualTo(first);
    assertThat(accounts.session(hash(1)).orElseThrow().user()).isEqualTo(first);
    assertThat(accounts.session(hash(2)).orElseThrow().tokenId())
        .isNotEqualTo(accounts.session(hash(1)).orElseThrow().tokenId());
    assertThat(accounts.find(first.id())).contains(first);
  }

  @Test
  void session_ofAnUnknownOrExpiredToken_isNone() {
    accounts.ensureAdministrator(hash(1));
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
