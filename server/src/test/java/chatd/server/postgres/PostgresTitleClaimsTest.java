package chatd.server.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import chatd.core.message.ChatId;
import chatd.server.postgres.embedded.TestPostgres;
import java.sql.SQLException;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class PostgresTitleClaimsTest {
  @RegisterExtension static final TestPostgres POSTGRES = new TestPostgres();

  private static final Duration MINUTE = Duration.ofMinutes(1);

  private final ChatId chat = new ChatId(UUID.randomUUID());
  private PostgresFixture fixture;
  private PostgresTitleClaims claims;

  @BeforeEach
  void createDatabase() {
    fixture = new PostgresFixture(POSTGRES);
    claims = new PostgresTitleClaims(fixture.database());
  }

  @AfterEach
  void dropDatabase() throws SQLException {
    fixture.close();
  }

  @Test
  void take_ofAClaimedChat_fails_andOfAnotherDoesNot() {
    assertThat(claims.take(chat, UUID.randomUUID(), MINUTE)).isTrue();
    assertThat(claims.take(chat, UUID.randomUUID(), MINUTE)).isFalse();
    assertThat(claims.take(new ChatId(UUID.randomUUID()), UUID.randomUUID(), MINUTE)).isTrue();
  }

  @Test
  void take_afterTheClaimWasGivenUpOrHasEnded_succeeds() {
    var first = UUID.randomUUID();
    claims.take(chat, first, MINUTE);
    claims.giveUp(chat, first);
    assertThat(claims.take(chat, UUID.randomUUID(), Duration.ZERO)).isTrue();
    assertThat(claims.take(chat, UUID.randomUUID(), MINUTE)).isTrue();
  }

  @Test
  void giveUp_ofAClaimThatHasEnded_leavesTheNext() {
    var late = UUID.randomUUID();
    claims.take(chat, late, Duration.ZERO);
    claims.take(chat, UUID.randomUUID(), MINUTE);
    claims.giveUp(chat, late);
    assertThat(claims.take(chat, UUID.randomUUID(), MINUTE)).isFalse();
  }

  @Test
  void take_byTenAtOnce_succeedsForOne() throws InterruptedException {
    Callable<Boolean> take = () -> claims.take(chat, UUID.randomUUID(), MINUTE);
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var taken = threads.invokeAll(Stream.generate(() -> take).limit(10).toList());
      assertThat(taken).filteredOn(future -> future.resultNow()).hasSize(1);
    }
  }
}
