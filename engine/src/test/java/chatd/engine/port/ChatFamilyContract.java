package chatd.engine.port;

import static org.assertj.core.api.Assertions.assertThat;

import chatd.core.chat.ChatCommand;
import chatd.core.chat.Refusal;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What every store does with families of chats, and with the words on a chat.
public abstract class ChatFamilyContract {
  private StoreFixture fixture;
  private TestChat chat;

  protected abstract StoreFixture fixture();

  @BeforeEach
  void createChat() {
    fixture = fixture();
    chat = TestChat.create(fixture);
  }

  @Test
  void archive_takesTheWholeFamily() {
    var child = TestChat.create(fixture, chat.user(), chat.id());
    assertThat(chat.refused(new ChatCommand.Archive(chat.user())))
        .isEqualTo(Refusal.Plain.FAMILY_ACTIVE);
    chat.done(new ChatCommand.Interrupt(chat.user()));
    child.done(new ChatCommand.Interrupt(chat.user()));

    var done = chat.done(new ChatCommand.Archive(chat.user()));

    assertThat(done.children()).containsExactly(child.find());
    assertThat(chat.row().lifecycle().archived()).isTrue();
    assertThat(child.row().lifecycle().archived()).isTrue();
    chat.done(new ChatCommand.Unarchive(chat.user()));
    assertThat(child.row().lifecycle().archived()).isFalse();
  }

  @Test
  void describe_withArchiving_isBothOrNeither() {
    var chat = TestChat.create(fixture);
    chat.answered("done");
    var before = chat.find();
    var archive = new ChatCommand.Archive(chat.user());
    var pin = new DescribeChat(chat.user(), "Kept", null, 1);
    assertThat(fixture.store().describe(chat.id(), pin, archive))
        .isInstanceOfSatisfying(
            Outcome.Refused.class,
            refused -> assertThat(refused.why()).isEqualTo(Refusal.Plain.ARCHIVED));
    assertThat(chat.find()).isEqualTo(before);

    var title = new DescribeChat(chat.user(), "Kept", null, null);
    assertThat(fixture.store().describe(chat.id(), title, archive))
        .isInstanceOfSatisfying(
            Outcome.Done.class, done -> assertThat(done.chat()).isEqualTo(chat.find()));
    assertThat(chat.find().description().title()).isEqualTo("Kept");
    assertThat(chat.row().lifecycle().archived()).isTrue();
    assertThat(chat.row().versions().snapshot()).isEqualTo(before.row().versions().snapshot() + 1);

    var unarchive = new ChatCommand.Unarchive(chat.user());
    fixture.store().describe(chat.id(), pin, unarchive);
    assertThat(chat.row().lifecycle().archived()).isFalse();
    assertThat(chat.find().marks().pinOrder()).isEqualTo(1);
    assertThat(fixture.store().describe(chat.id(), title, unarchive))
        .isInstanceOf(Outcome.Refused.class);
  }

  @Test
  void delete_takesTheWholeFamilyWithAllItHolds() {
    var child = TestChat.create(fixture, chat.user(), chat.id());
    chat.done(new ChatCommand.Interrupt(chat.user()));
    child.done(new ChatCommand.Interrupt(chat.user()));

    var done = chat.done(new ChatCommand.Delete(chat.user()));

    assertThat(done.children())
        .extracting(deleted -> deleted.row().id())
        .containsExactly(child.id());
    for (var gone : List.of(chat, child)) {
      assertThat(fixture.store().find(gone.id())).isEmpty();
      assertThat(fixture.store().history(gone.id())).isEmpty();
      assertThat(fixture.store().versions(List.of(gone.id()))).isEmpty();
      assertThat(fixture.store().apply(gone.id(), new ChatCommand.Delete(chat.user()), null))
          .isEqualTo(new Outcome.Missing());
    }
  }

  @Test
  void describe_changesWordsAndOneVersion() {
    var before = chat.find();
    var labels = Map.of("a", "1", "b", "2");

    var outcome =
        fixture.store().describe(chat.id(), new DescribeChat(chat.user(), "By me", labels, null));

    assertThat(outcome).isInstanceOf(Outcome.Done.class);
    var after = chat.find();
    assertThat(after.description())
        .isEqualTo(new Chat.Description("By me", true, labels, Chat.ClientType.API));
    assertThat(after.row()).isEqualTo(before.row().described());
    assertThat(after.marks()).isEqualTo(before.marks());
    assertThat(fixture.store().describe(chat.id(), new DescribeChat(null, "Made up", null, null)))
        .isEqualTo(new Outcome.Unchanged(after));
  }

  @Test
  void describe_withTheTitleThatIsThere_onlyMakesItAPersons() {
    var before = chat.row();
    var same = new DescribeChat(chat.user(), TestChat.DESCRIPTION.title(), null, null);

    fixture.store().describe(chat.id(), same);

    assertThat(chat.row()).isEqualTo(before); // Nobody can see a difference.
    assertThat(chat.find().description().titledByPerson()).isTrue();
    fixture.store().describe(chat.id(), new DescribeChat(null, "Made up", null, null));
    assertThat(chat.find().description().title()).isEqualTo(TestChat.DESCRIPTION.title());
  }

  @Test
  void describe_pins_keepEveryPlaceTakenOnce() {
    var user = chat.user();
    var second = TestChat.create(fixture, user, null);
    var third = TestChat.create(fixture, user, null);
    List.of(chat, second, third).forEach(each -> pin(each, 1));
    assertThat(places(chat, second, third)).containsExactly(1, 2, 3);

    assertThat(pin(third, 1).children())
        .extracting(moved -> moved.row().id())
        .containsExactlyInAnyOrder(chat.id(), second.id());
    assertThat(places(chat, second, third)).containsExactly(2, 3, 1);
    pin(third, 0);
    assertThat(places(chat, second, third)).containsExactly(1, 2, 0);
    pin(chat, 99);
    assertThat(places(chat, second, third)).containsExactly(2, 1, 0);
  }

  private Outcome.Done pin(TestChat pinned, int place) {
    return (Outcome.Done)
        fixture.store().describe(pinned.id(), new DescribeChat(chat.user(), null, null, place));
  }

  private static List<Integer> places(TestChat... chats) {
    return List.of(chats).stream().map(each -> each.find().marks().pinOrder()).toList();
  }
}
