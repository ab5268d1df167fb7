package chatd.core.feed;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import chatd.core.feed.SimFeed.SimViewer;
import chatd.core.feed.ViewerClient.Kind;
import chatd.core.part.PartLog;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/// The races of one viewer with its chat, each by name. Clients check what they are told.
class ViewerStateTest {
  private final ScriptedChat chat = new ScriptedChat(); // Row 1 at version 1.
  private final SimFeed feed = new SimFeed(chat, new SplittableRandom(1));

  @Test
  void idleChat_isToldInOneWrite_andNothingFollows() {
    chat.commit(1, 10, false);
    var viewer = join();
    assertThat(kinds(viewer))
        .containsExactly("Message", "Message", "QueueUpdate", "Status", "PreviewReset");
    viewer.accept();
    assertThat(viewer.inFlight).isNull();
  }

  @Test
  void turn_isToldInOrder() {
    var viewer = join();
    viewer.accept();
    change(chat::acquire);
    assertThat(kinds(viewer)).containsExactly("Status");
    viewer.accept();
    change(chat::recordAttempt);
    assertThat(kinds(viewer)).containsExactly("PreviewReset");
    viewer.accept();
    append("Hel", "lo");
    assertThat(kinds(viewer)).containsExactly("Part");
    viewer.accept();
    change(() -> chat.commit(1, 10, false));
    assertThat(kinds(viewer)).containsExactly("Message", "Status", "PreviewReset");
  }

  @Test
  void commitBeforeDuringAndAfterTheReadingOfAJoiner_isToldOnce() {
    for (var moment = 0; moment < 3; moment++) {
      var one = new ScriptedChat();
      var its = new SimFeed(one, new SplittableRandom(moment));
      var client = new ViewerClient(Kind.CURSOR);
      its.connect(client);
      for (var i = 0; i < moment; i++) {
        its.runOne();
      }
      one.commit(1, 10, false);
      its.on(new FeedEvent.Hinted(one.versions().snapshot()));
      its.settle();
      assertThat(client.messages.keySet()).as("moment %d", moment).containsExactly(1L, 2L);
    }
  }

  @Test
  void editBetweenTwoPagesOfAFirstSync_leavesNoGhost() {
    feed.pageRows = 1;
    chat.commit(3, 40_000, false); // Rows 2 to 4: one write each.
    var client = new ViewerClient(Kind.CURSOR);
    var viewer = feed.connect(client);
    while (client.messages.size() < 3) {
      if (viewer.inFlight == null) {
        feed.runOne();
      } else {
        viewer.accept();
      }
    }
    change(() -> chat.edit(3, 10));
    feed.settle();
    assertThat(client.messages.keySet()).containsExactly(1L, 2L, 5L);
  }

  @Test
  void firstSyncWithoutVersion_cutAfterEachEvent_losesNoRow() {
    chat.commit(3, 10, false);
    for (var received = 0; received < 8; received++) {
      for (var kind : Kind.values()) {
        var client = new ViewerClient(kind);
        var viewer = feed.connect(client);
        run();
        feed.cut(viewer, received);
        feed.connect(client);
        feed.settle();
        if (kind != Kind.LIVE_ONLY) {
          assertThat(client.messages.keySet())
              .as("%s cut after %d", kind, received)
              .containsExactly(1L, 2L, 3L, 4L);
        }
      }
    }
  }

  @Test
  void liveOnlyBrowser_overAReconnect_getsWhatWasCommittedMeanwhile() {
    var client = new ViewerClient(Kind.LIVE_ONLY);
    var viewer = feed.connect(client);
    feed.settle();
    feed.cut(viewer, 0);
    change(() -> chat.commit(2, 10, false));
    feed.connect(client);
    feed.settle();
    assertThat(client.messages.keySet()).containsExactly(2L, 3L);
  }

  @Test
  void compactRightAfterAFailedAttempt_showsAJoinerNothingOfIt() {
    change(chat::recordAttempt);
    append("void");
    change(chat::fail);
    change(chat::runAgain);
    var viewer = join();
    assertThat(kinds(viewer)).containsExactly("Message", "QueueUpdate", "Status", "PreviewReset");
    viewer.accept();
    assertThat(viewer.inFlight).isNull();
  }

  @Test
  void stopWhileARetryWaits_endsTheRetry() {
    var client = new ViewerClient(Kind.CURSOR);
    feed.connect(client);
    change(chat::recordAttempt);
    append("a");
    change(chat::announceRetry);
    feed.settle();
    assertThat(client.hasRetry).isTrue();
    change(() -> chat.commit(0, 0, false));
    feed.settle();
    assertThat(client.hasRetry).isFalse();
    assertThat(client.preview.size()).isZero();
  }

  @Test
  void sameFailureTwice_isToldTwice() {
    var viewer = join();
    viewer.accept();
    change(chat::recordAttempt);
    viewer.accept();
    change(chat::fail);
    assertThat(kinds(viewer)).contains("Failed");
    viewer.accept();
    change(chat::rename);
    assertThat(viewer.inFlight).isNull();
    change(chat::runAgain);
    viewer.accept();
    change(chat::fail);
    assertThat(kinds(viewer)).contains("Failed");
  }

  @Test
  void changeOfPhase_leavesThePositionInTheEpisodeAlone() {
    var viewer = join();
    viewer.accept();
    change(chat::recordAttempt);
    append("a", "b");
    feed.settle();
    change(chat::interrupt);
    append("c");
    assertThat(kinds(viewer)).containsExactly("Status");
    viewer.accept();
    assertThat(frames(viewer)).containsExactly("3-3");
  }

  @Test
  void slowReader_getsFewerAndBiggerFrames() {
    var viewer = join();
    viewer.accept();
    change(chat::recordAttempt);
    viewer.accept();
    append("a");
    for (var i = 0; i < 100; i++) {
      append("b");
    }
    viewer.accept();
    assertThat(frames(viewer)).containsExactly("2-101");
  }

  @Test
  void lateJoiner_ofTenThousandPartsOfOneBlock_getsOneFrame() {
    change(chat::recordAttempt);
    var log = requireNonNull(chat.openLog());
    for (var i = 0; i < 10_000; i++) {
      log.append(ScriptedChat.text("12345"));
    }
    var viewer = join();
    viewer.accept();
    assertThat(frames(viewer)).containsExactly("1-10000");
  }

  @Test
  void viewerThatIsBehind_neverHasMoreThan64KiBInFlight_exceptForOneEventThatIsLarger() {
    change(chat::recordAttempt);
    var log = requireNonNull(chat.openLog());
    log.append(ScriptedChat.text("y".repeat(300_000)));
    for (var i = 0; i < 3000; i++) {
      log.append(ScriptedChat.text("x".repeat(100)));
    }
    var viewer = join();
    viewer.accept();
    var expected = 1L;
    while (viewer.inFlight != null) {
      var events = viewer.inFlight.events();
      var size = events.stream().mapToInt(outgoing -> outgoing.event().payloadMax() + 300).sum();
      assertThat(events.size() == 1 || size <= 64 << 10).isTrue();
      for (var outgoing : events) {
        var frame = ((StreamEvent.Part) outgoing.event()).frame();
        assertThat(frame.firstSeq()).isEqualTo(expected);
        assertThat(frame.isMerged() && frame.length() > 64 << 10).isFalse();
        expected = frame.lastSeq() + 1;
      }
      viewer.accept();
    }
    assertThat(expected).isEqualTo(3002);
  }

  @Test
  void resumingAtEachPart_givesTheSameBytes() {
    change(chat::recordAttempt);
    var log = requireNonNull(chat.openLog());
    for (var i = 0; i < 500; i++) {
      log.append(ScriptedChat.text("<" + i + ">"));
    }
    for (var s = 0; s <= 500; s++) {
      var client = new ViewerClient(Kind.CURSOR);
      client.preview.writeBytes(textUpTo(log, s).getBytes(US_ASCII));
      client.last = s;
      client.previewed = chat.episode();
      feed.connect(client, new ResumeRequest(1L, 1, s, 1L));
      feed.settle();
      assertThat(client.preview.toString(US_ASCII)).as("part %d", s).isEqualTo(textUpTo(log, 500));
    }
  }

  @Test
  void endOfAccess_finishesTheWrite_thenSaysWhy_andCloses() {
    var request = new ResumeRequest(null, 0, 0, ResumeRequest.LIVE_ONLY);
    var viewer = ViewerState.coming(Framing.ARRAY, request).joined(0);
    feed.on(new FeedEvent.Joined());
    run();
    var writing = viewer.look(feed.view()).next();
    assertThat(writing.isWriting()).isTrue();
    var ended = writing.accessEnded(AccessEnd.GONE, feed.view());
    assertThat(ended.actions()).isEmpty();
    var told = ended.next().written(feed.view());
    assertThat(told.actions())
        .singleElement()
        .isInstanceOfSatisfying(
            ViewerAction.Write.class,
            write ->
                assertThat(write.events())
                    .extracting(ViewerAction.Outgoing::event)
                    .containsExactly(new StreamEvent.Ended(AccessEnd.GONE)));
    assertThat(told.next().accessEnded(AccessEnd.GONE, feed.view()).actions()).isEmpty();
    var closed = told.next().written(feed.view());
    assertThat(closed.actions()).containsExactly(new ViewerAction.Close(CloseReason.GONE));
    assertThat(closed.next().stage()).isEqualTo(new ViewerState.Stage.Closed());
    assertThat(closed.next().look(feed.view()).actions()).isEmpty();
  }

  @Test
  void endOfAccess_inTheMiddleOfASync_isToldAtTheSnapshotOfThatSync() {
    chat.commit(2, 40_000, false); // More than one write.
    feed.on(new FeedEvent.Joined());
    run();
    var viewer = ViewerState.coming(Framing.ARRAY, ResumeRequest.FRESH).joined(0).look(feed.view());
    var page = ((ViewerAction.ReadPage) viewer.actions().getFirst()).page();
    var writing = viewer.next().pageRead(chat.page(page, 3), feed.view());
    var begun = (ViewerAction.Write) writing.actions().getFirst();
    var ended = writing.next().accessEnded(AccessEnd.GONE, feed.view()).next();
    var told = (ViewerAction.Write) ended.written(feed.view()).actions().getFirst();
    assertThat(told.events().getFirst().event()).isEqualTo(new StreamEvent.Ended(AccessEnd.GONE));
    assertThat(told.snapshot()).isEqualTo(begun.snapshot());
  }

  @Test
  void stopWhileARetryWaits_showsAJoinerNoRetry() {
    change(chat::recordAttempt);
    append("void");
    change(chat::announceRetry);
    change(chat::interrupt);
    assertThat(kinds(join())).containsExactly("Message", "QueueUpdate", "Status", "PreviewReset");
    // One who holds parts of the failed attempt is told that they are void all the same.
    var holder = feed.connect(new ViewerClient(Kind.ID_ONLY), new ResumeRequest(1L, 1, 1, 1L));
    run();
    assertThat(kinds(holder)).containsExactly("QueueUpdate", "Status", "PreviewReset");
  }

  private SimViewer join() {
    var viewer = feed.connect(new ViewerClient(Kind.CURSOR));
    run();
    return viewer;
  }

  private void change(Runnable transaction) {
    transaction.run();
    feed.on(new FeedEvent.Hinted(chat.versions().snapshot()));
    run();
  }

  /// Everything but what clients have to do.
  private void run() {
    while (feed.runOne()) {
      // Until nothing is left.
    }
  }

  private void append(String... texts) {
    var log = requireNonNull(chat.openLog());
    for (var text : texts) {
      log.append(ScriptedChat.text(text));
    }
    feed.look();
  }

  private static List<String> kinds(SimViewer viewer) {
    return requireNonNull(viewer.inFlight).events().stream()
        .map(outgoing -> outgoing.event().getClass().getSimpleName())
        .toList();
  }

  private static List<String> frames(SimViewer viewer) {
    return requireNonNull(viewer.inFlight).events().stream()
        .map(outgoing -> ((StreamEvent.Part) outgoing.event()).frame())
        .map(frame -> frame.firstSeq() + "-" + frame.lastSeq())
        .toList();
  }

  private static String textUpTo(PartLog log, long seq) {
    var out = new ArrayList<String>();
    for (var s = 1L; s <= seq; s++) {
      out.add(new String(ViewerClient.bytes(requireNonNull(log.read(s, 1))), US_ASCII));
    }
    return String.join("", out);
  }
}
