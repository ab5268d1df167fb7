package chatd.engine.feed;

import static org.assertj.core.api.Assertions.assertThat;

import chatd.core.chat.ChatCommand;
import chatd.core.chat.ChatCommand.CommitStep.Then;
import chatd.core.feed.CloseReason;
import chatd.core.feed.ResumeRequest;
import chatd.core.part.Episode;
import chatd.core.relay.Have;
import chatd.engine.fake.FakeCarrier;
import chatd.engine.parts.PartWriter;
import chatd.engine.port.TestChat;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Viewers of a chat that another replica generates.
class RemotePartsTest {
  private final FeedStage stage = new FeedStage();
  private final TestChat chat = stage.chat();

  @BeforeEach
  void begin() {
    stage.isElsewhere = true;
  }

  private void bring() {
    stage.relay.bring(1000);
    stage.thread.settle();
  }

  @Test
  void partsOfAnotherReplica_areShownAsIfTheyWereNumberedHere() {
    var viewer = stage.watch(chat);
    var writer = stage.begin(chat);
    stage.append(writer, "Hel");
    stage.append(writer, "lo");

    bring();

    assertThat(viewer.received).last().asString().startsWith("part 1-2");
  }

  @Test
  void thousandViewers_shareOneStreamAndOneMirror() {
    for (var i = 0; i < 1000; i++) {
      stage.watch(chat, ResumeRequest.FRESH, new FakeCarrier());
    }
    stage.thread.settle();
    var writer = stage.begin(chat);
    stage.append(writer, "Hello");
    bring();

    assertThat(stage.relay.opened).isEqualTo(1);
    assertThat(stage.feeds.mirrorBytes()).isBetween(1L, 2000L);
  }

  @Test
  void commit_endsTheStream_andTheMirrorIsForgotten() {
    stage.watch(chat);
    var writer = stage.begin(chat);
    stage.append(writer, "Hello");
    bring();
    writer.seal();
    stage.apply(
        chat,
        new ChatCommand.CommitStep(
            chat.fence(), List.of(TestChat.answer("Hello")), Set.of(), null, Then.FINISH));

    assertThat(stage.relay.open).isEmpty();
    assertThat(stage.feeds.mirrorBytes()).isZero();
  }

  @Test
  void nextTurnOnTheSameWorker_doesNotBringTheLastOneAgain() {
    stage.watch(chat);
    var writer = stage.begin(chat);
    stage.append(writer, "Hello");
    bring();
    var worker = stage.relay.open.getFirst().peer;
    writer.seal();
    chat.commit(Then.FINISH, TestChat.answer("Hello"));
    stage.apply(chat, chat.send("more"));
    chat.acquiredBy(worker);
    stage.announce(chat);
    assertThat(stage.relay.open).hasSize(1);

    bring(); // The log of the next attempt is not there yet.

    assertThat(stage.feeds.mirrorBytes()).isZero();
  }

  @Test
  void nextAttempt_replacesTheMirror_andIsNoticedByItsParts() {
    var viewer = stage.watch(chat);
    stage.append(stage.begin(chat), "first");
    bring();
    stage.pubsub.disturb(_ -> List.of());
    chat.store().apply(chat.id(), new ChatCommand.RecordAttempt(chat.fence()), null);
    var writer = stage.elsewhere.open(chat.id(), Episode.of(chat.row()));
    stage.append(writer, "second");

    bring(); // No hint has come: the part says that there is something to read.

    assertThat(viewer.received).anyMatch(line -> line.startsWith("preview"));
    assertThat(viewer.received).last().asString().isEqualTo("part 1-1 second");
  }

  @Test
  void localWorker_closesTheRelay() {
    stage.watch(chat);
    stage.begin(chat);
    assertThat(stage.relay.open).hasSize(1);
    stage.fixture.directory().register(FeedStage.ME, "http://me", "test");
    var owner = stage.relay.open.getFirst().peer;
    stage.fixture.directory().declareDead(owner, 0);
    stage.announce(chat);
    assertThat(stage.relay.open).isEmpty();

    chat.acquiredBy(FeedStage.ME);
    stage.announce(chat);

    assertThat(stage.relay.open).isEmpty();
    assertThat(stage.relay.opened).isEqualTo(1);
  }

  @Test
  void chatTakenHere_whenNobodySawItInBetween_isShownFromHere() {
    var viewer = stage.watch(chat);
    stage.append(stage.begin(chat), "there");
    bring();
    stage.fixture.directory().register(FeedStage.ME, "http://me", "test");
    stage.fixture.directory().declareDead(stage.relay.open.getFirst().peer, 0);
    chat.acquiredBy(FeedStage.ME);
    stage.append(stage.logs.open(chat.id(), Episode.of(chat.row())), "here");
    stage.announce(chat);

    assertThat(stage.relay.open).isEmpty();
    assertThat(stage.feeds.mirrorBytes()).isZero();
    assertThat(viewer.received).last().asString().isEqualTo("part 1-1 here");
  }

  @Test
  void partsThatStillComeAfterAStop_areShownToNobody() {
    var viewer = stage.watch(chat);
    stage.append(stage.begin(chat), "too late");
    var late = stage.relay.open.getFirst();
    stage.apply(chat, new ChatCommand.Interrupt(chat.user()));
    stage.apply(chat, new ChatCommand.FinishInterruption(chat.fence(), List.of()));

    late.bring(1000);
    stage.thread.settle();

    assertThat(stage.relay.open).isEmpty();
    assertThat(viewer.received).noneMatch(line -> line.startsWith("part"));
    assertThat(stage.feeds.mirrorBytes()).isZero();
  }

  @Test
  void firstViewerResumesInMidAnswer_theNextOneIsShownAllOfIt() {
    var writer = stage.begin(chat);
    for (var i = 0; i < 9; i++) {
      stage.append(writer, "x");
    }
    var history = chat.row().versions().history();
    var resumed = stage.watch(chat, new ResumeRequest(history, 1, 7, 2L), new FakeCarrier());
    stage.thread.settle();
    bring();
    assertThat(resumed.received).last().asString().isEqualTo("part 8-9 xx");

    var fresh = stage.watch(chat);

    assertThat(fresh.received).last().asString().isEqualTo("part 1-9 xxxxxxxxx");
    assertThat(stage.relay.opened).isEqualTo(1);
  }

  @Test
  void nextAttempt_whoseReadingFails_isShownFromItsFirstPart_onceItIsRead() {
    var viewer = stage.watch(chat);
    stage.append(stage.begin(chat), "first");
    bring();
    chat.store().apply(chat.id(), new ChatCommand.RecordAttempt(chat.fence()), null);
    var writer = stage.elsewhere.open(chat.id(), Episode.of(chat.row()));
    stage.store.down = true;
    for (var text : List.of("sec", "ond")) {
      stage.append(writer, text);
      bring();
      stage.advance(Duration.ofSeconds(1));
    }
    assertThat(viewer.received).last().asString().isEqualTo("part 1-1 first");

    stage.store.down = false;
    stage.advance(Duration.ofSeconds(4));

    assertThat(viewer.received).last().asString().isEqualTo("part 1-2 second");
  }

  @Test
  void runningToRunning_withAnotherWorker_switchesTheStream() {
    stage.watch(chat);
    stage.begin(chat);
    var first = stage.relay.open.getFirst().peer;
    stage.fixture.directory().declareDead(first, 0);
    var second = chat.acquired();
    stage.announce(chat);

    assertThat(stage.relay.open).extracting(stream -> stream.peer).containsExactly(second);
  }

  @Test
  void lastViewerLeaves_theStreamEndsWithTheFeed() {
    var viewer = stage.watch(chat);
    stage.append(stage.begin(chat), "Hello");
    bring();
    viewer.end(CloseReason.CLIENT_CLOSED);
    stage.advance(Duration.ofSeconds(4));
    assertThat(stage.relay.open).hasSize(1);

    stage.advance(Duration.ofSeconds(2));

    assertThat(stage.relay.open).isEmpty();
    assertThat(stage.feeds.mirrorBytes()).isZero();
  }

  @Test
  void manyViewersAheadOfTheMirror_askTheWorkerOnceOrTwice_andAreBelieved() {
    stage.watch(chat);
    var writer = stage.begin(chat);
    append(writer, 9);
    var history = chat.row().versions().history();
    var behind = new FakeCarrier();
    for (var i = 0; i < 100; i++) {
      stage.watch(chat, new ResumeRequest(history, 1, 7, 1L), i == 0 ? behind : new FakeCarrier());
    }
    assertThat(behind.received).noneMatch(line -> line.startsWith("part"));

    bring();
    bring();

    assertThat(stage.relay.asked).isLessThanOrEqualTo(2);
    assertThat(behind.received).noneMatch(line -> line.startsWith("preview"));
    assertThat(behind.received).last().asString().startsWith("part 8-9");
  }

  @Test
  void answerPassedOverDuringAWrite_takesNothingBackOnceThePartsAreHere() {
    stage.watch(chat);
    var writer = stage.begin(chat);
    append(writer, 9);
    var history = chat.row().versions().history();
    var resumed = new FakeCarrier().stall();
    stage.watch(chat, new ResumeRequest(history, 1, 7, 1L), resumed);
    stage.thread.settle();
    var stream = stage.relay.open.getFirst();
    stream.answer();
    stage.thread.settle();
    acceptAll(resumed);
    assertThat(stage.relay.asked).isEqualTo(1);
    stage.apply(chat, chat.send("second"));
    stream.answer(); // The log ended at 9, and just now the client does not listen.
    stage.thread.settle();
    append(writer, 3);
    bring();
    acceptAll(resumed);
    assertThat(resumed.received).last().asString().startsWith("part 8-12");

    append(writer, 1);
    bring();
    acceptAll(resumed);

    assertThat(resumed.received).noneMatch(line -> line.startsWith("preview"));
    assertThat(resumed.received).last().asString().startsWith("part 13-13");
  }

  private void append(PartWriter writer, int count) {
    for (var i = 0; i < count; i++) {
      stage.append(writer, "x");
    }
  }

  private void acceptAll(FakeCarrier viewer) {
    while (viewer.inFlight != null) {
      viewer.accept();
      stage.thread.settle();
    }
  }

  @Test
  void budgetOfMirrorsUsedUp_viewersSeeNoParts_untilThereIsRoom() {
    var budget = new MirrorBudget(100);
    budget.changed(0, 100);
    var parts =
        new RemoteParts(
            stage.relay, chat.acquired(), chat.id(), Have.NOTHING.episode(), () -> {}, budget);
    var writer = stage.elsewhere.open(chat.id(), Episode.of(chat.row()));
    stage.append(writer, "Hel");
    bring();
    assertThat(parts.mirror()).isNull();
    assertThat(parts.have()).isEqualTo(Have.NOTHING);

    budget.changed(100, 0);
    stage.append(writer, "lo");
    bring();

    assertThat(parts.mirror()).isNotNull();
    assertThat(parts.have().last()).isEqualTo(2);
    parts.close();
    assertThat(budget.used()).isZero();
  }

  @Test
  void workerWithoutALog_saysNothing_andIsAskedAgainWhenThereIsOne() {
    stage.watch(chat);
    chat.acquired();
    stage.announce(chat);
    var history = chat.row().versions().history();
    var ahead = stage.watch(chat, new ResumeRequest(history, 1, 7, 1L), new FakeCarrier());
    bring();
    bring();
    assertThat(stage.relay.asked).isLessThanOrEqualTo(1);
    assertThat(ahead.received).noneMatch(line -> line.startsWith("preview"));

    var writer = stage.elsewhere.open(chat.id(), Episode.of(chat.row()));
    stage.append(writer, "x");
    bring();
    bring();

    assertThat(ahead.received).last().asString().startsWith("part 1-1");
  }

  @Test
  void viewerAheadOfTheLogItself_beginsAnew() {
    stage.watch(chat);
    var writer = stage.begin(chat);
    stage.append(writer, "x");
    var history = chat.row().versions().history();
    var ahead = stage.watch(chat, new ResumeRequest(history, 1, 7, 1L), new FakeCarrier());
    bring();
    bring();

    assertThat(ahead.received).anyMatch(line -> line.startsWith("preview"));
    assertThat(ahead.received).last().asString().startsWith("part 1-1");
  }
}
