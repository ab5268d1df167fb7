package chatd.engine.watch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import chatd.core.chat.ChatCommand;
import chatd.core.feed.CloseReason;
import chatd.engine.fake.FakeCarrier;
import chatd.engine.port.DescribeChat;
import chatd.engine.port.Hint;
import chatd.engine.port.StoreException;
import chatd.engine.port.TestChat;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The loop behind those who watch, with hints that come, come twice, and do not come.
class WatchesTest {
  private static final Duration PROMISE = Duration.ofSeconds(5);

  private WatchStage stage = new WatchStage(1, WatchLimits.DEFAULT);

  @AfterEach
  void noBugs() {
    assertThat(stage.bugs).isEmpty();
  }

  private void retitle(TestChat chat, String title) {
    stage.chats.describe(chat.id(), new DescribeChat(chat.user(), title, null, null));
    stage.thread.settle();
  }

  private static void retitleSilently(TestChat chat, String title) {
    chat.store().describe(chat.id(), new DescribeChat(chat.user(), title, null, null));
  }

  @Test
  void hintedChange_isToldAtOnce_andReadOnceForAll() {
    var chat = stage.chat();
    var sockets = List.of(stage.watch(), stage.watch(), stage.watch());

    retitle(chat, "new");

    assertThat(sockets)
        .allSatisfy(socket ->
            assertThat(socket.received).containsExactly("ARRAY TITLE_CHANGE new RUNNING"));
    assertThat(stage.fixture.changes().reads).isEqualTo(1);
    assertThat(stage.watches.users()).isEqualTo(1);
  }

  @Test
  void changesOfOthers_areNeitherReadNorTold() {
    var socket = stage.watch();
    var other = TestChat.create(stage.fixture);

    retitle(other, "new");
    stage.advance(PROMISE);

    assertThat(socket.received).isEmpty();
    assertThat(stage.fixture.changes().reads).isZero();
  }

  @Test
  void changesWithoutAnyHint_areToldWithinFiveSeconds() {
    var old = stage.chat();
    var gone = stage.chat();
    gone.answered("done");
    var socket = stage.watch();

    retitleSilently(old, "new");
    gone.done(new ChatCommand.Delete(stage.user));
    stage.chat();
    stage.advance(PROMISE);

    assertThat(socket.received)
        .containsExactlyInAnyOrder(
            "ARRAY TITLE_CHANGE new RUNNING",
            "ARRAY DELETED A title WAITING",
            "ARRAY CREATED A title RUNNING");
    assertThat(stage.repaired()).isEqualTo(3);
    stage.advance(PROMISE);
    assertThat(socket.received).hasSize(3);
  }

  @Test
  void hintThatComesTwice_isToldOnce() {
    var chat = stage.chat();
    var socket = stage.watch();

    retitle(chat, "new");
    for (var i = 0; i < 3; i++) {
      stage.hints.announce(Hint.of(chat.row()));
      stage.thread.settle();
    }
    stage.advance(PROMISE);

    assertThat(socket.received).hasSize(1);
    assertThat(stage.repaired()).isZero();
  }

  @Test
  void hintsThatMayHaveBeenLost_areLookedForAtOnce() {
    var chat = stage.chat();
    var socket = stage.watch();

    retitleSilently(chat, "new");
    stage.pubsub.resume();
    stage.thread.settle();

    assertThat(socket.received).hasSize(1);
  }

  @Test
  void slowReader_getsTheNewestOfEachChatAndKind_andHoldsUpNobody() {
    var chat = stage.chat();
    var other = stage.chat();
    var slow = stage.watch(new FakeCarrier().stall(), stage.access(null));
    var quick = stage.watch();

    for (var i = 0; i < 5; i++) {
      retitle(chat, "title " + i);
    }
    retitle(other, "other");

    assertThat(quick.received).hasSize(6);
    while (slow.accept()) {
      stage.thread.settle();
    }
    assertThat(slow.received)
        .containsExactly(
            "ARRAY TITLE_CHANGE title 0 RUNNING",
            "ARRAY TITLE_CHANGE title 4 RUNNING",
            "ARRAY TITLE_CHANGE other RUNNING");
  }

  @Test
  void readerForWhomTooMuchWaits_beginsAnew() {
    stage = new WatchStage(1, new WatchLimits(10, 100, 10, 10, 60, Duration.ofSeconds(1)));
    var chats = List.of(stage.chat(), stage.chat(), stage.chat(), stage.chat());
    var slow = stage.watch(new FakeCarrier().stall(), stage.access(null));
    var quick = stage.watch();

    chats.forEach(chat -> retitle(chat, "a new title"));

    assertThat(slow.ended).isEqualTo(CloseReason.RESYNC);
    assertThat(quick.ended).isNull();
    assertThat(quick.received).hasSize(4);
  }

  @Test
  void databaseThatIsAway_delaysAndLosesNothing() {
    var chat = stage.chat();
    var socket = stage.watch();
    stage.fixture.changes().isAway = true;

    retitle(chat, "hinted");
    stage.advance(Duration.ofSeconds(30));
    assertThat(socket.received).isEmpty();
    assertThat(socket.ended).isNull();
    stage.fixture.changes().isAway = false;
    stage.chat();
    stage.advance(PROMISE);

    assertThat(socket.received)
        .containsExactlyInAnyOrder(
            "ARRAY TITLE_CHANGE hinted RUNNING", "ARRAY CREATED A title RUNNING");
  }

  @Test
  void watch_whileTheDatabaseIsAway_isRefused_andWorksAfterwards() {
    stage.fixture.changes().isAway = true;
    assertThatThrownBy(stage::watch).isInstanceOf(StoreException.class);
    assertThat(stage.watches.users()).isZero();

    stage.fixture.changes().isAway = false;
    var socket = stage.watch();
    stage.chat();
    stage.advance(PROMISE);

    assertThat(socket.received).hasSize(1);
  }

  @Test
  void moreChangesThanCanBeLookedAt_letEverybodyBeginAnew() {
    stage = new WatchStage(1, new WatchLimits(10, 3, 3, 3, 1000, Duration.ofSeconds(1)));
    var socket = stage.watch();

    for (var i = 0; i < 4; i++) {
      stage.chat();
    }
    stage.advance(PROMISE);

    assertThat(socket.ended).isEqualTo(CloseReason.RESYNC);
    assertThat(stage.watches.users()).isZero();
    var again = stage.watch();
    stage.chat();
    stage.advance(PROMISE);
    assertThat(again.received).hasSize(1);
  }

  @Test
  void anotherDatabaseThanBefore_letsEverybodyBeginAnew() {
    stage.chat();
    var socket = stage.watch();

    stage.fixture.changes().isAnother = true;
    stage.advance(PROMISE);

    assertThat(socket.ended).isEqualTo(CloseReason.RESYNC);
  }

  @Test
  void transactionThatDoesNotEnd_isSeen_andNothingIsToldTwice() {
    var chat = stage.chat();
    var socket = stage.watch();
    stage.fixture.changes().holdBack(true);
    stage.advance(Duration.ofSeconds(20));
    assertThat(stage.watches.heldBack()).isZero(); // Nothing changes.

    retitle(chat, "new");
    stage.advance(Duration.ofSeconds(20));
    assertThat(socket.received).hasSize(1);
    assertThat(stage.watches.heldBack()).isBetween(Duration.ofSeconds(15), Duration.ofSeconds(20));

    stage.fixture.changes().holdBack(false);
    stage.advance(PROMISE);
    assertThat(stage.watches.heldBack()).isZero();
    assertThat(socket.received).hasSize(1);
  }

  @Test
  void session_thatExpiresOrIsEnded_isClosed() {
    var expiring = stage.watch(new FakeCarrier(), stage.access(stage.time.now().plusSeconds(10)));
    var access = stage.access(null);
    var ended = stage.watch(new FakeCarrier(), access);
    var other = stage.watch();
    stage.endedTokens.add(access.token());

    stage.advance(Duration.ofSeconds(11));
    assertThat(expiring.ended).isEqualTo(CloseReason.SESSION_EXPIRED);
    stage.advance(Duration.ofSeconds(30));
    assertThat(ended.ended).isEqualTo(CloseReason.SESSION_EXPIRED);
    assertThat(other.ended).isNull();
    assertThat(stage.watches.watchers()).isEqualTo(1);
  }

  @Test
  void silentClient_isPinged_andClosedAfterAMinute() {
    var chat = stage.chat();
    var silent = stage.watch();
    var alive = stage.watch();
    var stalled = stage.watch(new FakeCarrier().stall(), stage.access(null));
    retitle(chat, "new");

    for (var i = 0; i < 13; i++) {
      stage.advance(Duration.ofSeconds(5));
      alive.answerPing();
    }

    assertThat(alive.pings).isEqualTo(4);
    assertThat(alive.ended).isNull();
    assertThat(silent.ended).isEqualTo(CloseReason.LIVENESS_PROBE_FAILED);
    assertThat(stalled.ended).isEqualTo(CloseReason.NO_PROGRESS);
  }

  @Test
  void drain_closesEverybodyWhoWasToldWhatIsCommitted() {
    var chat = stage.chat();
    var socket = stage.watch();
    var stalled = stage.watch(new FakeCarrier().stall(), stage.access(null));
    retitleSilently(chat, "last");
    var drained = new ArrayList<String>();
    stage
        .thread
        .group()
        .threads()
        .newThread(() -> {
          stage.watches.drain();
          drained.add("done");
        })
        .start();

    stage.thread.settle();
    assertThat(socket.received).hasSize(1);
    assertThat(socket.ended).isEqualTo(CloseReason.DRAINING);
    assertThat(stalled.ended).isNull();
    assertThat(drained).isEmpty();
    stage.advance(Duration.ofSeconds(3));

    assertThat(stalled.ended).isEqualTo(CloseReason.DRAINING);
    assertThat(drained).isNotEmpty();
  }

  @Test
  void replicaThatIsDeclaredDead_sendsEverybodyAway() {
    var socket = stage.watch();

    stage.watches.closeAll(CloseReason.RECONNECT);
    stage.thread.settle();

    assertThat(socket.ended).isEqualTo(CloseReason.RECONNECT);
    assertThat(stage.watches.users()).isZero();
  }

  /// Whatever happens in whatever order: within 5 s everybody knows every title, and each of the
  /// last changes was told.
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
  void inAnyOrder_withHintsLost_everybodyKnowsEverything(long seed) {
    stage = new WatchStage(seed, WatchLimits.DEFAULT);
    var random = new Random(seed);
    var chats = new ArrayList<TestChat>();
    chats.add(stage.chat());
    var sockets = new ArrayList<FakeCarrier>();
    sockets.add(stage.watch());
    for (var round = 0; round < 30; round++) {
      if (random.nextInt(5) == 0) {
        sockets.add(stage.watch());
      }
      stage.fixture.changes().isAway = random.nextInt(6) == 0;
      for (var i = 0; i < random.nextInt(6); i++) {
        if (random.nextInt(4) == 0) {
          chats.add(stage.chat());
        }
        var chat = chats.get(random.nextInt(chats.size()));
        retitleSilently(chat, round + "." + i);
        if (random.nextBoolean()) {
          stage.hints.announce(Hint.of(chat.row()));
        }
        if (random.nextBoolean()) {
          stage.thread.settle();
        }
      }
      stage.fixture.changes().isAway = false;
      var before = chats.stream().map(chat -> chat.find().description().title()).toList();
      stage.advance(PROMISE);

      for (var title : before) {
        if (!title.equals("A title") && title.startsWith(round + ".")) {
          assertThat(sockets)
              .allSatisfy(socket ->
                  assertThat(socket.received).anyMatch(event -> event.contains(" " + title + " ")));
        }
      }
    }
    assertThat(sockets).allSatisfy(socket -> assertThat(socket.ended).isNull());
  }
}
