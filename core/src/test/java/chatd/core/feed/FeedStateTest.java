package chatd.core.feed;

import static org.assertj.core.api.Assertions.assertThat;

import chatd.core.part.Episode;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class FeedStateTest {
  private final ScriptedChat chat = new ScriptedChat();
  private FeedState state = FeedState.NEW;

  @Test
  void firstViewer_causesAReadingWithoutRows() {
    assertThat(on(new FeedEvent.Joined())).containsExactly(new FeedAction.Read(Long.MAX_VALUE));
  }

  @Test
  void thousandViewersAtOnce_causeTwoReadings() {
    var reads = 0;
    for (var i = 0; i < 1000; i++) {
      reads += on(new FeedEvent.Joined()).size();
    }
    assertThat(reads).isEqualTo(1);
    assertThat(read()).containsExactly(new FeedAction.Wake(), new FeedAction.Read(1));
    assertThat(read()).containsExactly(new FeedAction.Wake());
  }

  @Test
  void joiningWhileAReadingIsInFlight_isServedByTheNextOne() {
    on(new FeedEvent.Joined());
    var late = ViewerState.coming(Framing.ARRAY, ResumeRequest.FRESH).joined(reads().started());
    on(new FeedEvent.Joined());
    read();
    assertThat(look(late)).isEmpty();
    read();
    assertThat(look(late)).isNotEmpty();
  }

  @Test
  void hints_causeOneReadingPerNews_howeverOftenTheyCome() {
    start();
    chat.rename();
    assertThat(on(new FeedEvent.Hinted(2))).containsExactly(new FeedAction.Read(1));
    assertThat(on(new FeedEvent.Hinted(2))).isEmpty();
    assertThat(read()).containsExactly(new FeedAction.Wake());
    assertThat(on(new FeedEvent.Hinted(2))).isEmpty();
    assertThat(on(new FeedEvent.Hinted(1))).isEmpty();
  }

  @Test
  void hintNewerThanTheReadingInFlight_causesAnother() {
    start();
    chat.rename();
    on(new FeedEvent.Hinted(2));
    on(new FeedEvent.Hinted(3));
    assertThat(read()).containsExactly(new FeedAction.Wake(), new FeedAction.Read(1));
  }

  @Test
  void hintForAVersionThatNeverComes_causesOneReading() {
    start();
    assertThat(on(new FeedEvent.Hinted(99))).hasSize(1);
    assertThat(read()).containsExactly(new FeedAction.Wake());
  }

  @Test
  void producerOfParts_isListenedTo_fromItsTakingToTheEndOfTheTurn() {
    start();
    chat.acquire();
    on(new FeedEvent.Hinted(chat.versions().snapshot()));
    assertThat(read())
        .containsExactly(new FeedAction.Listen(ScriptedChat.WORKER), new FeedAction.Wake());
    chat.recordAttempt();
    on(new FeedEvent.Hinted(chat.versions().snapshot()));
    assertThat(read()).containsExactly(new FeedAction.Wake());
    chat.commit(1, 10, false);
    on(new FeedEvent.Hinted(chat.versions().snapshot()));
    assertThat(read()).containsExactly(new FeedAction.Listen(null), new FeedAction.Wake());
  }

  @Test
  void stop_endsTheListening() {
    start();
    chat.acquire();
    on(new FeedEvent.Hinted(chat.versions().snapshot()));
    read();
    chat.interrupt();
    on(new FeedEvent.Hinted(chat.versions().snapshot()));
    assertThat(read()).containsExactly(new FeedAction.Listen(null), new FeedAction.Wake());
  }

  @Test
  void partOfALaterEpisode_isAHint_unlessTheReadingInFlightShowsIt() {
    start();
    chat.recordAttempt();
    on(new FeedEvent.Hinted(2));
    on(new FeedEvent.PartsSeen(new Episode(1, 1)));
    assertThat(read()).endsWith(new FeedAction.Wake());
    assertThat(on(new FeedEvent.PartsSeen(new Episode(1, 1)))).isEmpty();
    assertThat(on(new FeedEvent.PartsSeen(new Episode(1, 2)))).hasSize(1);
  }

  @Test
  void failedReading_isTriedAgain_laterAndLater() {
    on(new FeedEvent.Joined());
    assertThat(on(new FeedEvent.ReadFailed()))
        .containsExactly(new FeedAction.BackOff(Duration.ofMillis(100)));
    assertThat(on(new FeedEvent.Hinted(7))).isEmpty();
    assertThat(on(new FeedEvent.BackoffOver())).hasSize(1);
    assertThat(on(new FeedEvent.ReadFailed()))
        .containsExactly(new FeedAction.BackOff(Duration.ofMillis(200)));
    for (var i = 0; i < 10; i++) {
      on(new FeedEvent.BackoffOver());
      on(new FeedEvent.ReadFailed());
    }
    on(new FeedEvent.BackoffOver());
    assertThat(on(new FeedEvent.ReadFailed()))
        .containsExactly(new FeedAction.BackOff(Duration.ofMillis(3200)));
  }

  @Test
  void chatThatIsGone_endsAccess() {
    start();
    assertThat(on(new FeedEvent.Missed())).hasSize(1);
    assertThat(on(new FeedEvent.ReadFoundNothing())).containsExactly(new FeedAction.EndAccess());
  }

  @Test
  void databaseThatKnowsLess_isAskedAgain_thenViewersAreSentAway() {
    start();
    var before = chat.read(Long.MAX_VALUE);
    chat.rename();
    on(new FeedEvent.Hinted(2));
    read();
    on(new FeedEvent.Hinted(3));
    assertThat(on(new FeedEvent.ReadDone(before, 1000))).containsExactly(new FeedAction.Read(1));
    assertThat(on(new FeedEvent.ReadDone(before, 1000)))
        .containsExactly(
            new FeedAction.CloseAll(CloseReason.INTERNAL_ERROR), new FeedAction.Listen(null));
    assertThat(state.current()).isNull();
  }

  @Test
  void lastViewerLeaves_feedLingers_andIsKeptIfSomebodyComes() {
    start();
    assertThat(on(new FeedEvent.Left())).containsExactly(new FeedAction.Linger());
    on(new FeedEvent.Joined());
    assertThat(on(new FeedEvent.LingerOver())).isEmpty();
    assertThat(on(new FeedEvent.Left())).containsExactly(new FeedAction.Linger());
    assertThat(on(new FeedEvent.LingerOver())).containsExactly(new FeedAction.Dissolve());
  }

  @Test
  void rowsOverTheBudget_raiseTheFloor_andAreForgottenWholeRevisions() {
    start();
    chat.commit(2, 400, true);
    on(new FeedEvent.Hinted(2));
    on(new FeedEvent.ReadDone(chat.read(1), 2000));
    chat.commit(1, 400, true);
    on(new FeedEvent.Hinted(3));
    on(new FeedEvent.ReadDone(chat.read(2), 2000));
    assertThat(state.retained().covers(1)).isTrue();
    chat.commit(2, 400, true);
    on(new FeedEvent.Hinted(4));
    on(new FeedEvent.ReadDone(chat.read(3), 2000));
    assertThat(state.retained().covers(1)).isFalse();
    assertThat(state.retained().covers(2)).isTrue();
    assertThat(state.retained().rows(0, 2, 4)).extracting(FeedRow::id).containsExactly(4L, 5L, 6L);
    assertThat(state.retainedBytes()).isLessThanOrEqualTo(2000);
  }

  private void start() {
    on(new FeedEvent.Joined());
    read();
  }

  private List<FeedAction> read() {
    var current = state.current();
    var after = current == null ? Long.MAX_VALUE : current.history();
    return on(new FeedEvent.ReadDone(chat.read(after), 1 << 20));
  }

  private FeedState.Reads reads() {
    return state.reads();
  }

  private List<ViewerAction> look(ViewerState viewer) {
    return viewer.look(state.view(null, false, (_, _, _, _, _) -> 300)).actions();
  }

  private List<FeedAction> on(FeedEvent event) {
    var step = state.on(event);
    state = step.next();
    return step.actions();
  }
}
