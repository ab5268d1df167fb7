package chatd.engine.feed;

import static org.assertj.core.api.Assertions.assertThat;

import chatd.core.chat.ChatCommand;
import chatd.core.chat.ChatCommand.CommitStep.Then;
import chatd.core.feed.CloseReason;
import chatd.core.feed.ResumeRequest;
import chatd.core.message.MessageBody;
import chatd.engine.fake.FakeCarrier;
import chatd.engine.port.Hint;
import chatd.engine.port.Telemetry.Happening;
import chatd.engine.port.TestChat;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class FeedsTest {
  private final FeedStage stage = new FeedStage();
  private final TestChat chat = stage.chat();

  @AfterEach
  void noLoopMetABug() {
    assertThat(stage.bugs).isEmpty();
  }

  @Test
  void turn_isSeenFromItsFirstPartToItsCommit() {
    var viewer = stage.watch(chat);
    var writer = stage.begin(chat);
    stage.append(writer, "Hel");
    stage.thread.settle();
    stage.append(writer, "lo");
    stage.thread.settle();
    writer.seal();
    commit("Hello");

    assertThat(viewer.received)
        .containsExactly(
            "message 2",
            "queue",
            "status RUNNING",
            "preview 0",
            "status RUNNING",
            "preview 1",
            "part 1-1 Hel",
            "part 2-2 lo",
            "message 3",
            "status WAITING",
            "preview 0");
  }

  @Test
  void simpleTurn_costsOneReadingPerChange() {
    stage.watch(chat);
    var before = stage.store.feedReads;
    var writer = stage.begin(chat);
    for (var i = 0; i < 100; i++) {
      stage.append(writer, "word ");
      stage.thread.settle();
    }
    writer.seal();
    commit("word");
    assertThat(stage.store.feedReads).isEqualTo(before + 2);
    assertThat(stage.store.pages).isEqualTo(1);
  }

  @Test
  void thousandViewersAtOnce_costAtMostThreeReadings_andOneOfEachPage() {
    var viewers = new ArrayList<FakeCarrier>();
    for (var i = 0; i < 1000; i++) {
      viewers.add(stage.watch(chat, ResumeRequest.FRESH, new FakeCarrier()));
    }
    stage.thread.settle();
    assertThat(stage.store.feedReads).isLessThanOrEqualTo(3);
    assertThat(stage.store.pages).isEqualTo(1);
    assertThat(viewers).allSatisfy(viewer -> assertThat(viewer.received).hasSize(4));
    assertThat(stage.feeds.viewers()).isEqualTo(1000);
  }

  @Test
  void newHistory_ofAThousandViewers_isReadOnce() {
    var viewers = new ArrayList<FakeCarrier>();
    for (var i = 0; i < 1000; i++) {
      viewers.add(stage.watch(chat, ResumeRequest.FRESH, new FakeCarrier()));
    }
    stage.thread.settle();
    var reads = stage.store.feedReads;
    var pages = stage.store.pages;

    apply(chat.edit(2, "other"));

    assertThat(viewers).allSatisfy(viewer -> assertThat(viewer.received).contains("message 3"));
    assertThat(stage.store.feedReads).isEqualTo(reads + 1);
    assertThat(stage.store.pages).isLessThanOrEqualTo(pages + 1);
  }

  @Test
  void partForThousandViewers_isPutIntoBytesOnce() {
    for (var i = 0; i < 1000; i++) {
      stage.watch(chat, ResumeRequest.FRESH, new FakeCarrier());
    }
    stage.thread.settle();
    var writer = stage.begin(chat);
    var before = stage.encoder.made;
    stage.append(writer, "x");
    stage.thread.settle();
    assertThat(stage.encoder.made).isEqualTo(before + 1);
  }

  @Test
  void stalledViewer_costsOthersNothing_andCatchesUpInOneFrame() {
    var quick = stage.watch(chat);
    var stalled = stage.watch(chat, ResumeRequest.FRESH, new FakeCarrier().stall());
    stage.thread.settle();
    var writer = stage.begin(chat);
    for (var i = 0; i < 50; i++) {
      stage.append(writer, "x");
      stage.thread.settle();
    }
    assertThat(quick.received).contains("part 50-50 x");
    assertThat(stalled.received).isEmpty();
    while (stalled.inFlight != null) {
      stalled.accept();
      stage.thread.settle();
    }
    assertThat(stalled.received).last().isEqualTo("part 1-50 " + "x".repeat(50));
  }

  @Test
  void databaseTrouble_doesNotEndAStream_andPartsGoOn() {
    var viewer = stage.watch(chat);
    var writer = stage.begin(chat);
    stage.store.down = true;
    stage.hints.announce(Hint.of(chat.row()));
    apply(new ChatCommand.Interrupt(chat.user()));
    stage.append(writer, "x");
    stage.advance(Duration.ofSeconds(10));
    assertThat(viewer.received).last().isEqualTo("part 1-1 x");
    assertThat(viewer.ended).isNull();

    stage.store.down = false;
    stage.advance(Duration.ofSeconds(4));
    assertThat(viewer.received).last().isEqualTo("status RUNNING");
  }

  @Test
  void databaseTroubleWhileJoining_isWaitedOut() {
    stage.store.down = true;
    var viewer = stage.watch(chat);
    stage.advance(Duration.ofSeconds(5));
    assertThat(viewer.received).isEmpty();
    stage.store.down = false;
    stage.advance(Duration.ofSeconds(4));
    assertThat(viewer.received).contains("message 2", "status RUNNING");
  }

  @Test
  void readingThatRunsOutOfMemory_endsTheStreams_insteadOfLeavingThemWithoutNews() {
    var viewer = stage.watch(chat);
    stage.store.readBreaks = new OutOfMemoryError("in a test");
    var late = stage.watch(chat);
    assertThat(List.of(viewer, late))
        .allSatisfy(it -> assertThat(it.ended).isEqualTo(CloseReason.INTERNAL_ERROR));
    assertThat(stage.bugs).hasSize(1);
    stage.bugs.clear();

    stage.store.readBreaks = null;
    assertThat(stage.watch(chat).received).contains("message 2");
  }

  @Test
  void pageThatRunsOutOfMemory_endsTheStreams_andIsReadAnewForTheNextViewer() {
    stage.watch(chat, new ResumeRequest(null, 0, 0, ResumeRequest.LIVE_ONLY), new FakeCarrier());
    stage.thread.settle();
    var viewer = stage.watch(chat, ResumeRequest.FRESH, new FakeCarrier());
    stage.store.pageBreaks = new OutOfMemoryError("in a test");
    stage.thread.settle();
    assertThat(viewer.ended).isEqualTo(CloseReason.INTERNAL_ERROR);
    assertThat(stage.bugs).hasSize(1);
    stage.bugs.clear();

    stage.store.pageBreaks = null;
    assertThat(stage.watch(chat).received).contains("message 2");
  }

  @Test
  void lostHint_isRepairedByThePoll_within5Seconds() {
    var viewer = stage.watch(chat);
    chat.store().apply(chat.id(), chat.send("second"), null); // Nobody is told.
    stage.thread.settle();
    assertThat(viewer.received).doesNotContain("queue again");
    var before = viewer.received.size();
    stage.advance(Duration.ofSeconds(3));
    assertThat(viewer.received.subList(before, viewer.received.size())).containsExactly("queue");
    assertThat(stage.telemetry.counted).containsEntry(Happening.HINT_REPAIRED, 1);
  }

  @Test
  void databaseThatLostCommits_isFoundByThePoll_andViewersAreSentAway() {
    var before = stage.store.readFeed(chat.id(), Long.MAX_VALUE).orElseThrow();
    var viewer = stage.watch(chat);
    apply(chat.send("second"));
    stage.store.restored = before;
    stage.advance(Duration.ofSeconds(3));
    assertThat(viewer.ended).isEqualTo(CloseReason.INTERNAL_ERROR);
    assertThat(stage.watch(chat).received).contains("message 2", "queue");
  }

  @Test
  void stop_leavesNothingThatGoesOn() {
    stage.watch(chat).end(CloseReason.CLIENT_CLOSED);
    stage.feeds.stop();
    stage.advance(Duration.ofSeconds(60));
    assertThat(stage.time.pending()).isZero();
  }

  @Test
  void hintsHeardAgain_areFollowedByAPollAtOnce() {
    var viewer = stage.watch(chat);
    chat.store().apply(chat.id(), chat.send("second"), null);
    stage.pubsub.resume();
    stage.thread.settle();
    assertThat(viewer.received).last().isEqualTo("queue");
  }

  @Test
  void doubtAboutWhoRunsWhat_isOneStatementForAThousandChats() {
    var viewer = stage.watch(chat);
    for (var i = 1; i < 1000; i++) {
      stage.watch(stage.chat());
    }
    chat.store().apply(chat.id(), chat.send("second"), null); // Nobody is told.
    var polls = stage.store.polls;
    var reads = stage.store.feedReads;

    stage.feeds.lookAgain();
    stage.feeds.lookAgain();
    stage.thread.settle();

    assertThat(stage.store.polls).isEqualTo(polls + 1);
    assertThat(stage.store.feedReads).isEqualTo(reads + 1);
    assertThat(viewer.received).last().isEqualTo("queue");
  }

  @Test
  void poll_isOneStatementForAllChats_andNoneWithoutViewers() {
    stage.advance(Duration.ofSeconds(10));
    assertThat(stage.store.polls).isZero();
    stage.watch(chat);
    stage.watch(stage.chat());
    stage.advance(Duration.ofSeconds(3));
    assertThat(stage.store.polls).isEqualTo(1);
  }

  @Test
  void deletedChat_endsItsStreams() {
    commitAll();
    var viewer = stage.watch(chat);
    apply(new ChatCommand.Delete(chat.user()));
    assertThat(viewer.received).last().isEqualTo("ended GONE");
    assertThat(viewer.ended).isEqualTo(CloseReason.GONE);
  }

  @Test
  void chatOfSomebodyElse_showsNothing() {
    var carrier = new FakeCarrier();
    var stranger = FeedStage.access(stage.chat(), null);
    stage.watch(chat.id(), ResumeRequest.FRESH, carrier, stranger);
    stage.thread.settle();
    assertThat(carrier.received).containsExactly("ended GONE");
    assertThat(carrier.ended).isEqualTo(CloseReason.GONE);
  }

  @Test
  void expiredSession_endsItsStreams_alsoDuringDatabaseTrouble() {
    var expiry = stage.time.now().plusSeconds(20);
    var carrier = new FakeCarrier();
    stage.watch(chat.id(), ResumeRequest.FRESH, carrier, FeedStage.access(chat, expiry));
    stage.advance(Duration.ofSeconds(19));
    assertThat(carrier.ended).isNull();
    stage.store.down = true;
    stage.advance(Duration.ofSeconds(2));
    assertThat(carrier.received).last().isEqualTo("ended SESSION_EXPIRED");
    assertThat(carrier.ended).isEqualTo(CloseReason.SESSION_EXPIRED);
  }

  @Test
  void deletedToken_endsItsStreams_withinAMinute() {
    var access = FeedStage.access(chat, null);
    var carrier = stage.watch(chat.id(), ResumeRequest.FRESH, new FakeCarrier(), access);
    var other = stage.watch(chat);
    stage.endedTokens.add(access.token());
    stage.advance(Duration.ofSeconds(31));
    assertThat(carrier.ended).isEqualTo(CloseReason.SESSION_EXPIRED);
    assertThat(other.ended).isNull();
  }

  @Test
  void endOfAccess_doesNotWaitForAStalledClient() {
    commitAll();
    var viewer = stage.watch(chat, ResumeRequest.FRESH, new FakeCarrier().stall());
    stage.thread.settle();
    apply(new ChatCommand.Delete(chat.user()));
    stage.advance(Duration.ofSeconds(4));
    assertThat(viewer.ended).isNull();
    stage.advance(Duration.ofSeconds(2));
    assertThat(viewer.ended).isEqualTo(CloseReason.GONE);
  }

  @Test
  void clientThatTakesNothing_isClosedAfterAMinute() {
    var viewer = stage.watch(chat, ResumeRequest.FRESH, new FakeCarrier().stall());
    stage.advance(Duration.ofSeconds(59));
    assertThat(viewer.ended).isNull();
    stage.advance(Duration.ofSeconds(2));
    assertThat(viewer.ended).isEqualTo(CloseReason.NO_PROGRESS);
  }

  @Test
  void idleClient_isPinged_andClosedWhenItAnswersNone() {
    var viewer = stage.watch(chat);
    for (var i = 0; i < 10; i++) {
      stage.advance(Duration.ofSeconds(15));
      viewer.answerPing();
    }
    assertThat(viewer.pings).isEqualTo(10);
    assertThat(viewer.ended).isNull();
    stage.advance(Duration.ofSeconds(61));
    assertThat(viewer.ended).isEqualTo(CloseReason.LIVENESS_PROBE_FAILED);
  }

  @Test
  void bugOfOneMoment_endsNeitherThePollNorThePulse() {
    var viewer = stage.watch(chat);
    viewer.pingBreaks = new OutOfMemoryError("in a test");
    stage.store.pollBreaks = new OutOfMemoryError("in a test");
    stage.advance(Duration.ofSeconds(15));
    assertThat(stage.bugs).hasSizeGreaterThan(1);
    stage.bugs.clear();
    viewer.pingBreaks = null;
    stage.store.pollBreaks = null;

    chat.store().apply(chat.id(), chat.send("second"), null); // Nobody is told.
    var before = viewer.received.size();
    stage.advance(Duration.ofSeconds(15));
    assertThat(viewer.received.subList(before, viewer.received.size())).containsExactly("queue");
    assertThat(viewer.pings).isEqualTo(2);
  }

  @Test
  void closeAll_closesEveryStream() {
    var viewers = List.of(stage.watch(chat), stage.watch(stage.chat()));
    stage.feeds.closeAll(CloseReason.DRAINING);
    stage.thread.settle();
    assertThat(viewers)
        .allSatisfy(viewer -> assertThat(viewer.ended).isEqualTo(CloseReason.DRAINING));
    assertThat(stage.feeds.viewers()).isZero();
  }

  @Test
  void reload_findsTheFeed_andAnEmptyFeedIsGivenUpAfterFiveSeconds() {
    stage.watch(chat).end(CloseReason.CLIENT_CLOSED);
    stage.advance(Duration.ofSeconds(4));
    assertThat(stage.feeds.feeds()).isEqualTo(1);
    var again = stage.watch(chat);
    stage.advance(Duration.ofSeconds(6));
    assertThat(stage.feeds.feeds()).isEqualTo(1);
    again.end(CloseReason.CLIENT_CLOSED);
    stage.advance(Duration.ofSeconds(6));
    assertThat(stage.feeds.feeds()).isZero();
    assertThat(stage.feeds.retainedBytes()).isZero();
    assertThat(stage.watch(chat).received).contains("message 2");
  }

  @Test
  void editWhileStreaming_startsTheHistoryAnew() {
    var viewer = stage.watch(chat);
    var writer = stage.begin(chat);
    stage.append(writer, "x");
    stage.thread.settle();
    apply(chat.edit(2, "other"));
    assertThat(viewer.received).endsWith("reset", "message 3", "status RUNNING", "preview 0");
  }

  @Test
  void resumingViewer_getsWhatItMisses_andAsksOnlyForWhatTheFeedCannotKnow() {
    commitAll();
    var version = chat.row().versions().history();
    stage.watch(chat);
    var resumed = new ResumeRequest(version, 0, 0, 3L);
    var viewer = stage.watch(chat, resumed, new FakeCarrier());
    stage.thread.settle();
    assertThat(viewer.received).containsExactly("queue", "status WAITING");
    assertThat(stage.store.facts).isZero();
    var older = stage.watch(chat, new ResumeRequest(1L, 0, 0, 2L), new FakeCarrier());
    stage.watch(chat, new ResumeRequest(1L, 0, 0, 2L), new FakeCarrier());
    stage.thread.settle();
    assertThat(older.received).startsWith("message 3", "queue");
    assertThat(stage.store.facts).isBetween(1, 2); // They may be served by two readings.
  }

  private void commitAll() {
    stage.begin(chat).seal();
    commit("done");
  }

  private void commit(String text) {
    apply(
        new ChatCommand.CommitStep(
            chat.fence(),
            List.<MessageBody>of(TestChat.answer(text)),
            Set.of(),
            null,
            Then.FINISH));
  }

  private void apply(ChatCommand command) {
    stage.apply(chat, command);
  }
}
