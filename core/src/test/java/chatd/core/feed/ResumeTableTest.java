package chatd.core.feed;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import chatd.core.feed.SimFeed.SimViewer;
import chatd.core.feed.ViewerClient.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// Every line of the tables that say what a resuming client is sent, each against a feed that has
/// just been made (all from the database) and one that has been there all along.
class ResumeTableTest {
  private final ScriptedChat chat = new ScriptedChat(); // Row 1 at version 1.
  private final SimFeed old = new SimFeed(chat, new SplittableRandom(1));
  private boolean fresh;

  /// Rows 1 at version 1, 2 at 4, 3 and 4 at 5; then attempt 1 runs with two parts at version 6.
  private void conversation() {
    old.connect(new ViewerClient(Kind.CURSOR), ResumeRequest.FRESH);
    change(chat::acquire);
    change(chat::recordAttempt);
    change(() -> chat.commit(1, 10, true));
    change(() -> chat.commit(2, 10, true));
    change(chat::recordAttempt);
    var log = requireNonNull(chat.openLog());
    log.append(ScriptedChat.text("a"));
    log.append(ScriptedChat.text("b"));
    old.look();
    old.settle();
  }

  private void change(Runnable transaction) {
    transaction.run();
    old.on(new FeedEvent.Hinted(chat.versions().snapshot()));
    old.settle();
  }

  /// Opens a stream with this request and returns what is sent, in short.
  private List<String> open(@Nullable Long history, long attempt, long seq, @Nullable Long held) {
    var feed = fresh ? new SimFeed(chat, new SplittableRandom(2)) : old;
    var viewer =
        feed.connect(
            new ViewerClient(Kind.ID_ONLY), new ResumeRequest(history, attempt, seq, held));
    var out = new ArrayList<String>();
    var again = true;
    while (again) {
      again = feed.runOne();
      again |= take(viewer, out);
    }
    feed.viewers.remove(viewer);
    return out;
  }

  private static boolean take(SimViewer viewer, List<String> out) {
    var write = viewer.inFlight;
    if (write == null) {
      return false;
    }
    for (var outgoing : write.events()) {
      switch (outgoing.event()) {
        case StreamEvent.Message(var row) -> out.add("m" + row.id());
        case StreamEvent.HistoryReset _ -> out.add("reset");
        case StreamEvent.PreviewReset _ -> out.add("preview");
        case StreamEvent.Part(var frame) -> out.add(frame.firstSeq() + "-" + frame.lastSeq());
        case StreamEvent.Failed _ -> out.add("error");
        case StreamEvent.RetryScheduled _ -> out.add("retry");
        case StreamEvent.Status _,
            StreamEvent.QueueUpdate _,
            StreamEvent.ActionRequired _,
            StreamEvent.Ended _ -> {}
      }
    }
    viewer.drop();
    return true;
  }

  private void both(Runnable checks) {
    for (var isFresh : List.of(true, false)) {
      fresh = isFresh;
      checks.run();
    }
  }

  @Test
  void noVersionAndNoId_getsAll() {
    conversation();
    both(() ->
        assertThat(open(null, 0, 0, null))
            .containsExactly("m1", "m2", "m3", "m4", "preview", "1-2"));
  }

  @Test
  void liveOnly_getsNoRows() {
    conversation();
    both(() ->
        assertThat(open(null, 0, 0, ResumeRequest.LIVE_ONLY)).containsExactly("preview", "1-2"));
  }

  @Test
  void idAlone_getsWhatIsAboveIt() {
    conversation();
    both(() -> assertThat(open(null, 0, 0, 2L)).containsExactly("m3", "m4", "preview", "1-2"));
    both(() -> assertThat(open(null, 0, 0, 99L)).containsExactly("preview", "1-2"));
  }

  @Test
  void idAlone_afterAnyHeldRowWasEverDeleted_getsAllAnew() {
    conversation();
    change(() -> chat.edit(3, 10)); // Rows 3 and 4 go, 5 comes.
    both(() -> assertThat(open(null, 0, 0, 5L)).startsWith("reset", "m1", "m2", "m5"));
    both(() -> assertThat(open(null, 0, 0, 2L)).containsExactly("m5", "preview"));
  }

  @Test
  void versionAlone_getsNewerRows() {
    conversation();
    both(() -> assertThat(open(4L, 0, 0, null)).containsExactly("m3", "m4", "preview", "1-2"));
    both(() -> assertThat(open(1L, 0, 0, null)).startsWith("m2", "m3", "m4"));
  }

  @Test
  void versionAndId_getNewerRows_andBesidesThoseAboveTheId() {
    conversation();
    // Cut in the middle of a sync to version 5: complete at 4, and row 3 came.
    both(() -> assertThat(open(4L, 0, 0, 3L)).startsWith("m3", "m4"));
    // Cut in the middle of a first sync that had version 5 from the start.
    both(() -> assertThat(open(5L, 0, 0, 2L)).startsWith("m3", "m4"));
    both(() -> assertThat(open(5L, 0, 0, 4L)).containsExactly("preview", "1-2"));
    both(() -> assertThat(open(5L, 0, 0, 0L)).startsWith("m1", "m2", "m3", "m4"));
  }

  @Test
  void liveOnlyBesideAVersion_getsNewerRowsOnly() {
    conversation();
    both(() -> assertThat(open(4L, 0, 0, ResumeRequest.LIVE_ONLY)).startsWith("m3", "m4"));
    both(() -> assertThat(open(5L, 1, 2, ResumeRequest.LIVE_ONLY)).isEmpty());
  }

  @Test
  void heldRowDeletedSince_getsAllAnew() {
    conversation();
    change(() -> chat.edit(3, 10));
    both(() -> assertThat(open(5L, 1, 2, 4L)).startsWith("reset", "m1", "m2", "m5", "preview"));
    both(() -> assertThat(open(5L, 1, 2, null)).startsWith("reset"));
    both(() -> assertThat(open(5L, 1, 2, 3L)).startsWith("reset"));
  }

  @Test
  void rowDeletedThatTheClientNeverHeld_getsNoReset() {
    conversation();
    change(() -> chat.edit(3, 10));
    both(() -> assertThat(open(5L, 1, 2, 2L)).containsExactly("m5", "preview"));
    both(() -> assertThat(open(4L, 0, 0, null)).containsExactly("m5", "preview"));
    both(() -> assertThat(open(5L, 1, 2, 0L)).containsExactly("m1", "m2", "m5", "preview"));
  }

  @Test
  void rowInsertedAndDeletedMeanwhile_isNoReasonToReset() {
    conversation();
    change(() -> chat.commit(1, 10, true)); // Row 5.
    change(() -> chat.edit(5, 10)); // Row 5 goes, 6 comes.
    both(() -> assertThat(open(5L, 1, 2, 4L)).containsExactly("m6", "preview"));
    both(() -> assertThat(open(5L, 1, 2, null)).containsExactly("m6", "preview"));
  }

  @Test
  void clearedHistory_isAResetWithoutRows() {
    conversation();
    change(() -> chat.commit(0, 0, false));
    change(chat::clear);
    both(() -> assertThat(open(5L, 1, 2, 4L)).containsExactly("reset", "preview"));
    both(() -> assertThat(open(5L, 1, 2, 0L)).containsExactly("preview"));
  }

  @Test
  void versionAheadOfTheServer_isReadAgain_thenGetsAllAnew() {
    conversation();
    both(() -> {
      var before = old.reads;
      assertThat(open(99L, 1, 7, 4L)).startsWith("reset", "m1", "m2", "m3", "m4", "preview");
      assertThat(fresh || old.reads == before + 2).isTrue();
    });
  }

  @Test
  void currentEpisode_goesOnAtAnyPart() {
    conversation();
    both(() -> assertThat(open(5L, 1, 0, 4L)).containsExactly("1-2"));
    both(() -> assertThat(open(5L, 1, 1, 4L)).containsExactly("2-2"));
    both(() -> assertThat(open(5L, 1, 2, 4L)).isEmpty());
  }

  @Test
  void partAheadOfTheLogOfThisEpisode_startsAgain() {
    conversation();
    both(() -> assertThat(open(5L, 1, 3, 4L)).containsExactly("preview", "1-2"));
  }

  @Test
  void partAheadWithoutALog_isBelieved() {
    conversation();
    change(chat::release);
    change(chat::recordAttempt); // Attempt 2, nothing published yet.
    both(() -> assertThat(open(5L, 2, 7, 4L)).isEmpty());
  }

  @Test
  void attemptAheadOfTheServer_isReadAgain_thenStartsAgain() {
    conversation();
    both(() -> {
      var before = old.reads;
      assertThat(open(5L, 2, 1, 4L)).containsExactly("preview", "1-2");
      assertThat(fresh || old.reads == before + 2).isTrue();
    });
  }

  @Test
  void olderEpisode_startsAgain() {
    conversation();
    change(chat::recordAttempt);
    both(() -> assertThat(open(5L, 1, 2, 4L)).containsExactly("preview"));
    both(() -> assertThat(open(5L, 0, 0, 4L)).containsExactly("preview"));
  }

  @Test
  void failedAttempt_isVoid_whateverCameAfterIt() {
    conversation();
    change(chat::announceRetry);
    both(() -> assertThat(open(5L, 1, 1, 4L)).containsExactly("retry"));
    change(chat::fail);
    both(() -> assertThat(open(5L, 1, 1, 4L)).containsExactly("error"));
    both(() -> assertThat(open(null, 0, 0, 4L)).containsExactly("error", "preview"));
    change(chat::runAgain); // Now neither event says that the parts held are void.
    both(() -> assertThat(open(5L, 1, 1, 4L)).containsExactly("preview"));
    both(() -> assertThat(open(5L, 1, 0, 4L)).isEmpty());
    both(() -> assertThat(open(null, 0, 0, 4L)).containsExactly("preview"));
  }
}
