package chatd.engine.port;

import static org.assertj.core.api.Assertions.assertThat;

import chatd.core.chat.ChatCommand;
import chatd.core.chat.ChatCommand.CommitStep.Then;
import chatd.core.message.ChatId;
import chatd.core.message.ContentPart;
import chatd.core.message.MessageBody;
import chatd.core.message.RawJson;
import chatd.core.message.Role;
import chatd.core.message.ToolOrigin;
import chatd.core.message.UserId;
import chatd.core.watch.WatchedChat;
import chatd.engine.port.ChatChanges.Mark;
import chatd.engine.port.ChatChanges.Touched;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// How changes are found that nobody was told of.
public abstract class ChatChangesContract {
  private StoreFixture fixture;
  private ChatChanges changes;
  private UserId user;

  protected abstract StoreFixture fixture();

  @BeforeEach
  void start() {
    fixture = fixture();
    changes = fixture.changes();
    user = fixture.newUser();
  }

  private TestChat chat() {
    return TestChat.create(fixture, user, null);
  }

  private List<Touched> since(Mark mark) {
    return changes.since(Map.of(user, mark), 100).chats();
  }

  private static WatchedChat watched(TestChat chat) {
    return WatchedChat.of(chat.row(), chat.find().description().title());
  }

  @Test
  void begin_hasTheChatsOfTheUser_andNothingIsMissedAfterIt() {
    var old = chat();
    TestChat.create(fixture);
    var begun = changes.begin(user, 10);

    assertThat(begun.chats()).isEqualTo(Map.of(old.id(), watched(old)));

    var fresh = chat();
    var others = TestChat.create(fixture);

    assertThat(since(begun.mark())).contains(touched(fresh)).doesNotContain(touched(others));
  }

  @Test
  void begin_ofSomebodyWithoutChats_isAMarkAlone() {
    var begun = changes.begin(user, 10);

    assertThat(begun.chats()).isEmpty();
    assertThat(since(begun.mark())).isEmpty();
  }

  @Test
  void begin_hasThoseThatChangedLast() {
    var first = chat();
    var second = chat();
    var third = chat();
    assertThat(changes.begin(user, 3).chats().keySet())
        .containsExactlyInAnyOrder(first.id(), second.id(), third.id());

    first.store().describe(first.id(), titled("moved"));

    assertThat(changes.begin(user, 1).chats().keySet()).containsExactly(first.id());
  }

  private static DescribeChat titled(String title) {
    return new DescribeChat(null, title, null, null);
  }

  private static Touched touched(TestChat chat) {
    return new Touched(chat.user(), chat.id(), chat.row().versions().snapshot());
  }

  @Test
  void since_findsEveryChange_andWhatComesAfterIt() {
    var chat = chat();
    var mark = changes.begin(user, 10).mark();
    chat.answered("done");
    chat.store().describe(chat.id(), titled("new"));

    var looked = changes.since(Map.of(user, mark), 100);

    assertThat(looked.chats()).containsExactly(touched(chat));
    assertThat(looked.complete()).isTrue();
    assertThat(looked.next().number()).isGreaterThanOrEqualTo(mark.number());

    chat.store().describe(chat.id(), titled("newer"));

    assertThat(since(looked.next())).containsExactly(touched(chat));
  }

  @Test
  void since_looksForSeveralUsersAtOnce() {
    var other = fixture.newUser();
    var marks =
        Map.of(user, changes.begin(user, 10).mark(), other, changes.begin(other, 10).mark());
    var own = chat();
    var others = TestChat.create(fixture, other, null);
    var strangers = TestChat.create(fixture);

    assertThat(changes.since(marks, 100).chats())
        .contains(touched(own), touched(others))
        .doesNotContain(touched(strangers));
  }

  @Test
  void since_moreThanAllowed_isNotComplete() {
    var mark = changes.begin(user, 10).mark();
    chat();
    chat();

    assertThat(changes.since(Map.of(user, mark), 1).complete()).isFalse();
    assertThat(changes.since(Map.of(user, mark), 2).complete()).isTrue();
  }

  @Test
  void deletedFamily_isFound_andReadAsItWas() {
    var root = chat();
    var child = TestChat.create(fixture, user, root.id());
    root.acquired();
    root.commit(Then.FINISH, TestChat.answer("a"));
    child.commit(Then.FINISH, TestChat.answer("b"));
    root.done(new ChatCommand.Archive(user));
    var mark = changes.begin(user, 10).mark();
    var last = root.find();
    root.done(new ChatCommand.Delete(user));

    assertThat(since(mark))
        .containsExactlyInAnyOrder(
            new Touched(user, root.id(), Long.MAX_VALUE),
            new Touched(user, child.id(), Long.MAX_VALUE));
    assertThat(changes.read(List.of(root.id(), child.id())))
        .hasSize(2)
        .allSatisfy(found -> {
          assertThat(found.deleted()).isTrue();
          assertThat(found.chat().row().lifecycle().archived()).isFalse();
        })
        .filteredOn(found -> found.chat().row().id().equals(root.id()))
        .singleElement()
        .satisfies(found -> {
          assertThat(found.chat().description()).isEqualTo(last.description());
          assertThat(found.chat().owner()).isEqualTo(last.owner());
          assertThat(found.chat().row().versions()).isEqualTo(last.row().versions());
          assertThat(found.chat().marks().createdAt()).isEqualTo(last.marks().createdAt());
        });
  }

  @Test
  void read_hasTheWholeChat_andNothingOfOnesThatNeverWere() {
    var chat = chat();

    var found = changes.read(List.of(chat.id(), new ChatId(UUID.randomUUID())));

    assertThat(found).containsExactly(new ChatChanges.Found(chat.find(), false, List.of()));
  }

  @Test
  void read_hasTheCallsThatWaitForTheClient() {
    var chat = chat();
    chat.acquired();
    var call =
        new ContentPart.ToolCall("c1", "pick", new RawJson("{\"a\":1}"), ToolOrigin.NONE, null);
    chat.done(
        new ChatCommand.CommitStep(
            chat.fence(),
            List.of(new MessageBody(Role.ASSISTANT, List.of(call), null, null, null)),
            Set.of("c1"),
            null,
            Then.CONTINUE));
    chat.done(clientAction(chat));

    assertThat(changes.read(List.of(chat.id())))
        .singleElement()
        .satisfies(found -> {
          assertThat(found.calls()).hasSize(1);
          assertThat(found.calls().getFirst().toolCallId()).isEqualTo("c1");
          assertThat(found.calls().getFirst().args().text()).isEqualTo("{\"a\":1}");
        });
  }

  private static ChatCommand clientAction(TestChat chat) {
    return new ChatCommand.NeedClientAction(chat.fence(), Duration.ofMinutes(5));
  }
}
