package chatd.engine.feed;

import static org.assertj.core.api.Assertions.assertThat;

import chatd.core.chat.ChatCommand;
import chatd.core.chat.ChatCommand.CommitStep.Then;
import chatd.core.feed.CloseReason;
import chatd.core.feed.ResumeRequest;
import chatd.engine.fake.FakeCarrier;
import chatd.engine.port.TestChat;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// A replica that stops, and those who watch at it.
class DrainTest {
  private final FeedStage stage = new FeedStage();
  private final TestChat chat = stage.chat();

  @AfterEach
  void noLoopMetABug() {
    assertThat(stage.bugs).isEmpty();
  }

  @Test
  void commitThatIsBeingRead_isSeenBeforeTheGoodbye() {
    var viewer = stage.watch(chat);
    stage.begin(chat).seal();
    var gate = new CountDownLatch(1);
    stage.store.gate = gate;
    stage.apply(chat, commit());
    var isOver = drain();
    assertThat(viewer.ended).isNull();
    assertThat(isOver).isFalse();

    gate.countDown();
    stage.thread.settle();
    assertThat(viewer.received).endsWith("message 3", "status WAITING", "preview 0");
    assertThat(viewer.ended).isEqualTo(CloseReason.DRAINING);
    assertThat(isOver).isTrue();
  }

  @Test
  void commitThatNobodyToldOfYet_isSeenBeforeTheGoodbye() {
    var viewer = stage.watch(chat);
    stage.begin(chat).seal();
    chat.store().apply(chat.id(), commit(), null);
    var isOver = drain();
    assertThat(viewer.received).endsWith("message 3", "status WAITING", "preview 0");
    assertThat(viewer.ended).isEqualTo(CloseReason.DRAINING);
    assertThat(isOver).isTrue();
  }

  @Test
  void commitThatIsBeingWritten_isAcceptedBeforeTheGoodbye() {
    var viewer = stage.watch(chat, ResumeRequest.FRESH, new FakeCarrier().stall());
    stage.thread.settle();
    acceptAll(viewer);
    stage.begin(chat).seal();
    acceptAll(viewer);
    stage.apply(chat, commit());
    assertThat(viewer.inFlight).isNotNull();
    var isOver = drain();
    assertThat(viewer.ended).isNull();

    acceptAll(viewer);
    assertThat(viewer.received).endsWith("message 3", "status WAITING", "preview 0");
    assertThat(viewer.ended).isEqualTo(CloseReason.DRAINING);
    assertThat(isOver).isTrue();
  }

  @Test
  void viewerThatCameJustBefore_isToldWhatThereIs() {
    var viewer = stage.watch(chat, ResumeRequest.FRESH, new FakeCarrier());
    var isOver = drain();
    assertThat(viewer.received)
        .containsExactly("message 2", "queue", "status RUNNING", "preview 0");
    assertThat(viewer.ended).isEqualTo(CloseReason.DRAINING);
    assertThat(isOver).isTrue();
  }

  @Test
  void answerThatGoesOnElsewhere_keepsNobody() {
    stage.isElsewhere = true;
    var viewer = stage.watch(chat, ResumeRequest.FRESH, new FakeCarrier().stall());
    stage.thread.settle();
    acceptAll(viewer);
    var writer = stage.begin(chat);
    acceptAll(viewer);
    stage.append(writer, "x");
    stage.relay.bring(1000);
    stage.thread.settle();
    drain();
    stage.append(writer, "y");
    stage.relay.bring(1000);
    stage.thread.settle();
    assertThat(viewer.ended).isNull();

    viewer.accept();
    stage.thread.settle();
    assertThat(viewer.received).last().isEqualTo("part 1-1 x");
    assertThat(viewer.ended).isEqualTo(CloseReason.DRAINING);
  }

  @Test
  void clientThatTakesNothing_isWaitedForTwoSeconds_andOthersAreNot() {
    var stalled = stage.watch(chat, ResumeRequest.FRESH, new FakeCarrier().stall());
    var quick = stage.watch(chat);
    var isOver = drain();
    assertThat(quick.ended).isEqualTo(CloseReason.DRAINING);
    stage.advance(Duration.ofMillis(1900));
    assertThat(stalled.ended).isNull();
    assertThat(isOver).isFalse();

    stage.advance(Duration.ofMillis(100));
    assertThat(stalled.ended).isEqualTo(CloseReason.DRAINING);
    assertThat(isOver).isTrue();
  }

  @Test
  void commitThatCannotBeRead_isWaitedForTwoSeconds() {
    var viewer = stage.watch(chat);
    stage.store.down = true;
    stage.begin(chat);
    var isOver = drain();
    stage.advance(Duration.ofMillis(1900));
    assertThat(viewer.ended).isNull();

    stage.advance(Duration.ofMillis(100));
    assertThat(viewer.ended).isEqualTo(CloseReason.DRAINING);
    assertThat(isOver).isTrue();
  }

  @Test
  void nobodyThere_isNoReasonToWait() {
    stage.watch(chat).end(CloseReason.CLIENT_CLOSED);
    stage.thread.settle();
    assertThat(drain()).isTrue();
  }

  /// As the main thread of a replica that stops. Says whether that goes on.
  private AtomicBoolean drain() {
    var isOver = new AtomicBoolean();
    stage
        .thread
        .group()
        .threads()
        .newThread(() -> {
          stage.feeds.drain();
          isOver.set(true);
        })
        .start();
    stage.thread.settle();
    return isOver;
  }

  private ChatCommand.CommitStep commit() {
    return new ChatCommand.CommitStep(
        chat.fence(), List.of(TestChat.answer("done")), Set.of(), null, Then.FINISH);
  }

  private void acceptAll(FakeCarrier viewer) {
    while (viewer.inFlight != null) {
      viewer.accept();
      stage.thread.settle();
    }
  }
}
