package chatd.core.watch;

import static org.assertj.core.api.Assertions.assertThat;

import chatd.core.chat.ChatStatus;
import chatd.core.chat.Phase;
import chatd.core.message.ChatId;
import chatd.core.watch.WatchedChat.Moment;
import chatd.core.watch.WatchedChats.News;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// Which kinds a change is told under.
class WatchedChatsTest {
  private static final ChatId CHAT = new ChatId(new UUID(1, 1));
  private static final ChatId OTHER = new ChatId(new UUID(1, 2));

  private static WatchedChat at(long snapshot, ChatStatus status, @Nullable Phase phase) {
    return new WatchedChat(new Moment(snapshot, 1, 0), status, phase, 0, "title", false);
  }

  private static WatchedChat waiting(long snapshot) {
    return at(snapshot, ChatStatus.WAITING, null);
  }

  private static WatchedChat titled(long snapshot, String title) {
    return new WatchedChat(new Moment(snapshot, 1, 0), ChatStatus.WAITING, null, 0, title, false);
  }

  private static WatchedChat archived(long snapshot) {
    return new WatchedChat(new Moment(snapshot, 1, 0), ChatStatus.WAITING, null, 0, "title", true);
  }

  private static WatchedChat asking(long snapshot) {
    return new WatchedChat(
        new Moment(snapshot, snapshot, 0),
        ChatStatus.REQUIRES_ACTION,
        null,
        snapshot,
        "title",
        false);
  }

  private static WatchedChats knowing(WatchedChat state) {
    return new WatchedChats(10, Map.of(CHAT, state));
  }

  private static News told(WatchKind... kinds) {
    return new News.Told(List.of(kinds));
  }

  @Test
  void transaction_isToldUnderItsKinds() {
    assertThat(knowing(waiting(1)).found(CHAT, at(2, ChatStatus.RUNNING, Phase.QUEUED)))
        .isEqualTo(told(WatchKind.STATUS_CHANGE));
    assertThat(
            knowing(at(1, ChatStatus.RUNNING, Phase.QUEUED))
                .found(CHAT, at(2, ChatStatus.RUNNING, Phase.GENERATING)))
        .isEqualTo(told(WatchKind.STATUS_CHANGE));
    assertThat(knowing(waiting(1)).found(CHAT, titled(2, "new")))
        .isEqualTo(told(WatchKind.TITLE_CHANGE));
    assertThat(knowing(waiting(1)).found(CHAT, archived(2))).isEqualTo(told(WatchKind.DELETED));
    assertThat(knowing(archived(1)).found(CHAT, waiting(2))).isEqualTo(told(WatchKind.CREATED));
    assertThat(knowing(waiting(1)).found(CHAT, asking(2)))
        .isEqualTo(told(WatchKind.STATUS_CHANGE, WatchKind.ACTION_REQUIRED));
    assertThat(knowing(waiting(1)).deleted(CHAT)).isEqualTo(told(WatchKind.DELETED));
    assertThat(knowing(waiting(1)).found(OTHER, waiting(1))).isEqualTo(told(WatchKind.CREATED));
  }

  @Test
  void changeOfLabels_isNotTold() {
    var chats = knowing(waiting(1));

    assertThat(chats.isNews(CHAT, 2)).isTrue();
    assertThat(chats.found(CHAT, waiting(2))).isEqualTo(told());
    assertThat(chats.isNews(CHAT, 2)).isFalse();
  }

  @Test
  void statusThatLeftAndCameBackUnseen_isTold() {
    var after = new WatchedChat(new Moment(9, 9, 0), ChatStatus.WAITING, null, 0, "title", false);

    assertThat(knowing(waiting(1)).found(CHAT, after)).isEqualTo(told(WatchKind.STATUS_CHANGE));
  }

  @Test
  void commitOfAStep_inOneTransaction_changesNoStatus() {
    var before =
        new WatchedChat(
            new Moment(8, 3, 1), ChatStatus.RUNNING, Phase.GENERATING, 0, "title", false);
    var after =
        new WatchedChat(
            new Moment(9, 9, 0), ChatStatus.RUNNING, Phase.GENERATING, 0, "title", false);

    assertThat(knowing(before).found(CHAT, after)).isEqualTo(told());
  }

  @Test
  void secondQuestion_thatWasAskedUnseen_isTold() {
    assertThat(knowing(asking(5)).found(CHAT, asking(9)))
        .isEqualTo(told(WatchKind.STATUS_CHANGE, WatchKind.ACTION_REQUIRED));
  }

  @Test
  void sameReadingTwice_isToldOnce() {
    var chats = knowing(waiting(1));
    chats.found(OTHER, waiting(1));
    chats.deleted(CHAT);

    assertThat(chats.found(OTHER, waiting(1))).isEqualTo(told());
    assertThat(chats.isNews(CHAT, Long.MAX_VALUE)).isFalse();
    assertThat(chats.deleted(CHAT)).isEqualTo(told());
    assertThat(chats.missing(CHAT)).isEqualTo(told()); // Its last state is forgotten some day.
  }

  @Test
  void newChat_thatIsArchivedAlready_orGone_isToldSo() {
    assertThat(knowing(waiting(1)).found(OTHER, archived(3))).isEqualTo(told(WatchKind.DELETED));
    assertThat(knowing(waiting(1)).deleted(OTHER)).isEqualTo(told(WatchKind.DELETED));
    assertThat(knowing(waiting(1)).found(OTHER, asking(3)))
        .isEqualTo(told(WatchKind.CREATED, WatchKind.ACTION_REQUIRED));
  }

  @Test
  void databaseThatKnowsLess_isDoubted() {
    assertThat(knowing(waiting(5)).found(CHAT, waiting(4))).isEqualTo(new News.Doubt());
    assertThat(knowing(waiting(5)).missing(CHAT)).isEqualTo(new News.Doubt());
    assertThat(knowing(waiting(5)).missing(OTHER)).isEqualTo(told());
    var gone = knowing(waiting(5));
    gone.deleted(CHAT);
    assertThat(gone.found(CHAT, waiting(5))).isEqualTo(new News.Doubt());
  }

  @Test
  void chats_moreThanAreKept_thoseThatChangedLastAreKnown() {
    var begun = new LinkedHashMap<ChatId, WatchedChat>();
    begun.put(CHAT, waiting(1));
    begun.put(OTHER, waiting(1));
    var chats = new WatchedChats(2, begun);
    chats.found(CHAT, waiting(2));
    chats.found(new ChatId(new UUID(1, 3)), waiting(1));

    assertThat(chats.found(CHAT, waiting(3))).isEqualTo(told());
    assertThat(chats.found(OTHER, waiting(2))).isEqualTo(told(WatchKind.CREATED));
  }
}
