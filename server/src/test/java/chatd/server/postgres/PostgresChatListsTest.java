package chatd.server.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import chatd.core.chat.ChatCommand;
import chatd.core.message.ChatId;
import chatd.core.message.Message;
import chatd.core.message.UserId;
import chatd.engine.port.ChatLists;
import chatd.engine.port.ChatLists.Filter;
import chatd.engine.port.ChatLists.PageQuery;
import chatd.engine.port.ChatLists.Query;
import chatd.engine.port.DescribeChat;
import chatd.engine.port.TestChat;
import chatd.server.postgres.embedded.TestPostgres;
import java.sql.SQLException;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class PostgresChatListsTest {
  @RegisterExtension static final TestPostgres POSTGRES = new TestPostgres();

  private static final Filter ANY = new Filter(null, null, null, null);

  private static PostgresFixture fixture;
  private static ChatLists lists;

  private UserId user;

  @BeforeAll
  static void createDatabase() {
    fixture = new PostgresFixture(POSTGRES);
    lists = new PostgresChatLists(fixture.database());
  }

  @AfterAll
  static void dropDatabase() throws SQLException {
    fixture.close();
  }

  @BeforeEach
  void createUser() {
    user = fixture.newUser();
  }

  @Test
  void list_hasPinnedFirstThenTheNewest() {
    var oldest = chat();
    var pinned = chat();
    var newest = chat();
    fixture.store().describe(pinned.id(), new DescribeChat(user, null, null, 1));
    oldest.done(oldest.send("moves it up"));

    assertThat(ids(all(ANY))).containsExactly(pinned.id(), oldest.id(), newest.id());
    assertThat(ids(lists.list(user, new Query(1, 1, null, Map.of(), ANY))))
        .containsExactly(oldest.id());
    assertThat(lists.list(fixture.newUser(), new Query(50, 0, null, Map.of(), ANY))).isEmpty();
  }

  @Test
  void list_afterAChat_goesOnBehindIt() {
    var chats = List.of(chat(), chat(), chat(), chat());
    fixture.store().describe(chats.get(0).id(), new DescribeChat(user, null, null, 1));
    fixture.store().describe(chats.get(1).id(), new DescribeChat(user, null, null, 1));
    var all = ids(all(ANY));
    assertThat(all).hasSize(4);

    for (var i = 0; i < all.size(); i++) {
      assertThat(ids(lists.list(user, new Query(50, 0, all.get(i), Map.of(), ANY))))
          .isEqualTo(all.subList(i + 1, all.size()));
    }
  }

  @Test
  void list_ofChatsThatMovedAtOneMoment_isInTheOrderOfTheirIds() {
    var chats = List.of(chat(), chat(), chat(), chat());
    fixture
        .database()
        .single(connection ->
            Sql.of("update chats set updated_at = now() where user_id = ?", user.value())
                .update(connection));
    var byText = Comparator.<ChatId, String>comparing(ChatId::toString).reversed();
    var expected = chats.stream().map(TestChat::id).sorted(byText).toList();

    assertThat(ids(all(ANY))).isEqualTo(expected);
    assertThat(ids(lists.list(user, new Query(50, 0, expected.get(1), Map.of(), ANY))))
        .isEqualTo(expected.subList(2, 4));
  }

  @Test
  void prompts_beyondTheSize_areAsManyAsFit_butOne() {
    var chat = chat();
    chat.answered("one");
    chat.done(chat.send("two"));
    var texts = lists.prompts(chat.id(), 9, 1 << 20);

    assertThat(texts).extracting(ChatLists.UserText::text).startsWith("two").hasSize(2);
    assertThat(lists.prompts(chat.id(), 9, 1)).isEqualTo(texts.subList(0, 1));
    assertThat(lists.prompts(chat.id(), 1, 1 << 20)).isEqualTo(texts.subList(0, 1));
    assertThat(lists.prompts(new ChatId(UUID.randomUUID()), 9, 1 << 20)).isEmpty();
  }

  @Test
  void list_bringsSubChatsOldestFirst() {
    var root = chat();
    var first = TestChat.create(fixture, user, root.id());
    var second = TestChat.create(fixture, user, root.id());

    assertThat(all(ANY))
        .containsExactly(new ChatLists.Family(root.find(), List.of(first.find(), second.find())));
    assertThat(lists.children(root.id())).containsExactly(first.find(), second.find());
  }

  @Test
  void list_filtersByWordsStateAndReading() {
    var title = chat();
    fixture
        .store()
        .describe(
            title.id(),
            new DescribeChat(user, "Grüße 100% \u0000_x", Map.of("k", "\ud800:v", "z", "1"), null));
    var archived = chat();
    archived.done(new ChatCommand.Interrupt(user));
    archived.done(new ChatCommand.Archive(user));
    var stopping = chat();
    stopping.acquired();
    stopping.done(new ChatCommand.Interrupt(user));
    var answered = chat();
    answered.answered("hi");

    assertThat(ids(all(new Filter(null, "GRÜSSE".replace("SS", "ß"), null, null))))
        .containsExactly(title.id());
    assertThat(ids(all(new Filter(null, "100% \u0000_", null, null)))).containsExactly(title.id());
    assertThat(ids(all(new Filter(null, "100_", null, null)))).isEmpty();
    assertThat(ids(all(new Filter(true, null, null, null)))).containsExactly(archived.id());
    assertThat(ids(all(new Filter(false, null, null, null)))).doesNotContain(archived.id());
    assertThat(ids(all(new Filter(null, null, "running", null))))
        .containsExactlyInAnyOrder(title.id(), stopping.id());
    assertThat(ids(all(new Filter(null, null, null, true)))).containsExactly(answered.id());
    assertThat(ids(labelled(Map.of("k", "\ud800:v")))).containsExactly(title.id());
    assertThat(ids(labelled(Map.of("k", "\ud800:v", "z", "2")))).isEmpty();
  }

  @Test
  void markRead_makesNothingUnreadUntilTheNextAnswer() {
    var chat = chat();
    chat.answered("one");
    assertThat(chat.find().marks().hasUnread()).isTrue();
    var before = chat.row();

    lists.markRead(chat.id());

    assertThat(chat.find().marks().hasUnread()).isFalse();
    assertThat(chat.row()).isEqualTo(before);
    chat.done(chat.send("two"));
    assertThat(chat.find().marks().hasUnread()).isFalse();
    chat.answered("two");
    assertThat(chat.find().marks().hasUnread()).isTrue();
  }

  @Test
  void messages_ofTheNewestPage_descendAndBringTheQueue() {
    var chat = chat();
    chat.answered("one");
    chat.done(chat.send("two"));
    chat.enqueue("waits");
    var rows = chat.visible();

    var page = lists.messages(chat.id(), page(2, null, null, false));

    assertThat(page.messages()).containsExactly(rows.get(2), rows.get(1));
    assertThat(page.hasMore()).isTrue();
    assertThat(page.queue()).hasSize(1);
    assertThat(page.historyVersion()).isEqualTo(chat.row().versions().history());
  }

  @Test
  void messages_betweenIds_areReadInTheDirectionAsked() {
    var chat = chat();
    chat.enqueue("waits");
    chat.answered("one");
    var rows = chat.visible();
    var first = rows.getFirst().id();
    var last = rows.getLast().id();

    assertThat(messages(chat, page(9, first, null, true))).isEqualTo(rows.subList(1, 3));
    assertThat(messages(chat, page(9, null, last, false)))
        .containsExactly(rows.get(1), rows.get(0));
    assertThat(messages(chat, page(9, first, last, true))).containsExactly(rows.get(1));
    assertThat(lists.messages(chat.id(), page(1, first, null, true)).hasMore()).isTrue();
    assertThat(lists.messages(chat.id(), page(2, first, null, true)).hasMore()).isFalse();
    assertThat(lists.messages(chat.id(), page(9, first, null, true)).queue()).isEmpty();
    assertThat(messages(chat, page(9, last, null, true))).isEmpty();
  }

  @Test
  void messages_beyondTheSize_giveOneAndSayThereIsMore() {
    var chat = chat();
    chat.answered("one");

    var page = lists.messages(chat.id(), new PageQuery(9, 1, null, null, false));

    assertThat(page.messages()).containsExactly(chat.visible().getLast());
    assertThat(page.hasMore()).isTrue();
    assertThat(lists.messages(new ChatId(UUID.randomUUID()), page(9, null, null, false)))
        .isEqualTo(new ChatLists.Page(List.of(), List.of(), false, 0));
  }

  private TestChat chat() {
    return TestChat.create(fixture, user, null);
  }

  private List<ChatLists.Family> all(Filter filter) {
    return lists.list(user, new Query(50, 0, null, Map.of(), filter));
  }

  private List<ChatLists.Family> labelled(Map<String, String> labels) {
    return lists.list(user, new Query(50, 0, null, labels, ANY));
  }

  private static List<ChatId> ids(List<ChatLists.Family> families) {
    return families.stream().map(family -> family.root().row().id()).toList();
  }

  private static List<Message> messages(TestChat chat, PageQuery query) {
    return lists.messages(chat.id(), query).messages();
  }

  private static PageQuery page(
      int limit, @Nullable Long afterId, @Nullable Long beforeId, boolean ascending) {
    return new PageQuery(limit, 16 << 20, afterId, beforeId, ascending);
  }
}
