package chatd.server.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import chatd.core.chat.ChatCommand;
import chatd.core.chat.ChatCommand.CommitStep.Then;
import chatd.core.chat.RunId;
import chatd.engine.port.Accounts.NewToken;
import chatd.engine.port.RequestKey;
import chatd.engine.port.StoredAnswer;
import chatd.engine.port.TestChat;
import chatd.server.postgres.embedded.TestPostgres;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// How many statements the frequent calls send, as the driver logs them; BEGIN and COMMIT apart.
class StatementBudgetTest {
  @RegisterExtension static final TestPostgres POSTGRES = new TestPostgres();

  private final Logger driver = Logger.getLogger("org.postgresql.core.v3.QueryExecutorImpl");
  private final AtomicInteger executed = new AtomicInteger();
  private final Thread caller = Thread.currentThread();
  private final Counter counter = new Counter();
  private PostgresFixture fixture;
  private TestChat chat;

  @BeforeEach
  void start() {
    fixture = new PostgresFixture(POSTGRES);
    chat = TestChat.create(fixture);
    driver.setLevel(Level.FINEST);
    driver.setUseParentHandlers(false);
    driver.addHandler(counter);
  }

  @AfterEach
  void stop() throws SQLException {
    driver.removeHandler(counter);
    driver.setLevel(null);
    driver.setUseParentHandlers(true);
    fixture.close();
  }

  @Test
  void sendToAnIdleChat_isTwo() {
    chat.answered("hi");

    assertThat(sent(() -> chat.store().apply(chat.id(), chat.send("x"), null))).isEqualTo(2);
  }

  @Test
  void sendWithAKey_isThree() {
    chat.answered("hi");
    var key =
        new RequestKey(chat.user(), "k", new byte[1], _ -> new StoredAnswer(200, new byte[0]));

    assertThat(sent(() -> chat.store().apply(chat.id(), chat.send("x"), key))).isEqualTo(3);
  }

  @Test
  void acquire_isTwoForAnyNumberOfChats() {
    for (var i = 0; i < 10; i++) {
      TestChat.create(fixture);
    }
    var replica = TestChat.newReplica(fixture);

    assertThat(
            sent(() ->
                assertThat(
                        fixture
                            .store()
                            .acquire(replica, 20, 20, () -> new RunId(UUID.randomUUID())))
                    .hasSize(11)))
        .isEqualTo(2);
  }

  @Test
  void commitOfAStep_isTwo() {
    chat.acquired();
    var fence = chat.fence();
    var rows = List.of(TestChat.answer("a"), TestChat.answer("b"));
    var step = new ChatCommand.CommitStep(fence, rows, Set.of(), null, Then.FINISH);

    assertThat(sent(() -> chat.store().apply(chat.id(), step, null))).isEqualTo(2);
  }

  @Test
  void everyRead_isOne() {
    chat.enqueue("a");

    assertThat(sent(() -> chat.store().readFeed(chat.id(), 0))).isEqualTo(1);
    assertThat(sent(() -> chat.store().history(chat.id()))).isEqualTo(1);
    assertThat(sent(() -> chat.store().find(chat.id()))).isEqualTo(1);
    assertThat(sent(() -> chat.store().versions(List.of(chat.id())))).isEqualTo(1);
  }

  @Test
  void session_isOne_alsoWhenItsUseIsNoted() {
    var accounts = new PostgresAccounts(fixture.database());
    var hash = new byte[32];
    accounts.issue(chat.user(), hash, new NewToken("laptop", Duration.ofDays(1)), 1);

    assertThat(sent(() -> accounts.session(hash))).isEqualTo(1);
    assertThat(accounts.tokens(chat.user()).getFirst().lastUsedAt()).isNotNull();
    assertThat(sent(() -> accounts.session(hash))).isEqualTo(1);
  }

  private int sent(Runnable call) {
    chat.find(); // The pool now has a connection that it need not test.
    executed.set(0);
    call.run();
    return executed.get();
  }

  private final class Counter extends Handler {
    @Override
    public void publish(LogRecord line) {
      if (Thread.currentThread().equals(caller) // The pool opens connections meanwhile.
          && line.getMessage().contains("<=BE CommandStatus(")
          && !isFrame(line)) {
        executed.incrementAndGet();
      }
    }

    private static boolean isFrame(LogRecord line) {
      return Set.of("BEGIN", "COMMIT").contains(String.valueOf(line.getParameters()[0]));
    }

    @Override
    public void flush() {}

    @Override
    public void close() {}
  }
}
