package chatd.server.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import chatd.core.chat.ChatCommand;
import chatd.core.chat.ChatCommand.CommitStep.Then;
import chatd.core.message.ModelUse;
import chatd.core.message.Usage;
import chatd.engine.port.TestChat;
import chatd.server.postgres.embedded.TestPostgres;
import java.math.BigDecimal;
import java.sql.SQLException;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// What is written beside the chats themselves.
class PostgresChatStoreTest {
  @RegisterExtension static final TestPostgres POSTGRES = new TestPostgres();

  private PostgresFixture fixture;
  private TestChat chat;

  @BeforeEach
  void start() {
    fixture = new PostgresFixture(POSTGRES);
    chat = TestChat.create(fixture);
  }

  @AfterEach
  void stop() throws SQLException {
    fixture.close();
  }

  @Test
  void delete_leavesATombstoneForEachOfTheFamilyAndNothingElse() throws SQLException {
    var child = TestChat.create(fixture, chat.user(), chat.id());
    chat.done(chat.edit(chat.visible().getFirst().id(), "other"));
    chat.done(new ChatCommand.Interrupt(chat.user()));
    child.done(new ChatCommand.Interrupt(chat.user()));

    chat.done(new ChatCommand.Delete(chat.user()));

    assertThat(texts("select chat_id::text from chat_tombstones"))
        .containsExactlyInAnyOrder(chat.id().toString(), child.id().toString());
    for (var table : List.of("chats", "messages", "queued_messages", "chat_cuts")) {
      assertThat(texts("select count(*)::text from " + table)).containsExactly("0");
    }
  }

  @Test
  void usageOfAStep_isKeptWithItsModelAndOutlivesTheChat() throws SQLException {
    var answer = TestChat.answer("hi");
    var usage = new Usage(10L, 2L, 12L, null, null, null, null);
    var use = new ModelUse(answer.modelConfigId(), usage, new BigDecimal("1.50"));
    chat.acquired();
    chat.done(
        new ChatCommand.CommitStep(chat.fence(), List.of(answer), Set.of(), use, Then.FINISH));
    chat.done(new ChatCommand.Delete(chat.user()));

    assertThat(
            texts(
                "select model_config_id || ' ' || usage || ' ' || cost_micros from model_requests"))
        .containsExactly(
            answer.modelConfigId()
                + " {\"input_tokens\":10,\"output_tokens\":2,\"total_tokens\":12} 1.50");
  }

  private List<String> texts(String sql) throws SQLException {
    try (var connection = fixture.connect()) {
      return Sql.of(sql).list(connection, row -> row.getString(1));
    }
  }
}
