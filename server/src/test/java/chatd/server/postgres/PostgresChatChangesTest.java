package chatd.server.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import chatd.core.chat.ChatCommand;
import chatd.core.message.UserId;
import chatd.engine.port.ChatChanges;
import chatd.engine.port.ChatChanges.Mark;
import chatd.engine.port.ChatChanges.Touched;
import chatd.engine.port.DescribeChat;
import chatd.engine.port.TestChat;
import chatd.server.postgres.embedded.TestPostgres;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// Changes whose time of change and time of commit are far apart, and the life of tombstones.
class PostgresChatChangesTest {
  @RegisterExtension static final TestPostgres POSTGRES = new TestPostgres();

  private PostgresFixture fixture;
  private ChatChanges changes;
  private UserId user;

  @BeforeEach
  void start() {
    fixture = new PostgresFixture(POSTGRES);
    changes = fixture.changes();
    user = fixture.newUser();
  }

  @AfterEach
  void stop() throws SQLException {
    fixture.close();
  }

  private List<Touched> since(Mark mark) {
    return changes.since(Map.of(user, mark), 100).chats();
  }

  private Mark markAfter(Mark mark) {
    return changes.since(Map.of(user, mark), 100).next();
  }

  private static void retitle(Connection connection, TestChat chat) throws SQLException {
    Sql.of(
            "update chats set snapshot_version = snapshot_version + 1 where id = ?",
            chat.id().value())
        .update(connection);
  }

  private static Touched now(TestChat chat) {
    return new Touched(chat.user(), chat.id(), chat.row().versions().snapshot());
  }

  @Test
  void changeThatCommitsLate_isFoundAfterAnyNumberOfLooks() throws SQLException {
    var late = TestChat.create(fixture, user, null);
    var mark = changes.begin(user, 10).mark();
    try (var connection = fixture.connect()) {
      connection.setAutoCommit(false);
      retitle(connection, late);
      for (var i = 0; i < 3; i++) {
        var early = TestChat.create(fixture, user, null);
        assertThat(since(mark)).contains(now(early)).doesNotContain(now(late));
        mark = markAfter(mark);
      }
      connection.commit();
    }
    assertThat(since(mark)).contains(now(late));
  }

  @Test
  void change_thatBeganBeforeAWatch_andCommitsAfterIt_isFound() throws SQLException {
    var chat = TestChat.create(fixture, user, null);
    try (var connection = fixture.connect()) {
      connection.setAutoCommit(false);
      retitle(connection, chat);
      var begun = changes.begin(user, 10);
      assertThat(begun.chats().get(chat.id())).isNotNull();
      connection.commit();
      assertThat(since(begun.mark())).contains(now(chat));
    }
  }

  @Test
  void changesThatAreOver_areNotLookedAtForEver() {
    var chat = TestChat.create(fixture, user, null);
    await()
        .atMost(Duration.ofSeconds(20)) // Another database's transactions hold the mark back.
        .until(() -> since(changes.begin(user, 10).mark()).isEmpty());
    chat.store().describe(chat.id(), new DescribeChat(user, "new", null, null));
    assertThat(since(changes.begin(user, 10).mark()).size()).isLessThan(2);
  }

  @Test
  void readMark_isNoChange() throws SQLException {
    var chat = TestChat.create(fixture, user, null);
    chat.answered("hi");
    await()
        .atMost(Duration.ofSeconds(20))
        .until(() -> since(changes.begin(user, 10).mark()).isEmpty());
    var mark = changes.begin(user, 10).mark();
    new PostgresChatLists(fixture.database()).markRead(chat.id());
    assertThat(since(mark)).isEmpty();
  }

  @Test
  void deletedChat_leavesNothingOfItself_afterSomeMinutes() throws SQLException {
    var chat = TestChat.create(fixture, user, null);
    chat.answered("hi");
    chat.done(new ChatCommand.Delete(user));
    changes.forgetDeleted();
    assertThat(changes.read(List.of(chat.id()))).hasSize(1);
    try (var connection = fixture.connect()) {
      Sql.of("update chat_tombstones set deleted_at = deleted_at - interval '11 minutes'")
          .update(connection);
    }
    changes.forgetDeleted();
    assertThat(changes.read(List.of(chat.id()))).isEmpty();
  }
}
