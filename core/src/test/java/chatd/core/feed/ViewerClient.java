package chatd.core.feed;

import static org.assertj.core.api.Assertions.assertThat;

import chatd.core.chat.ChatStatus;
import chatd.core.chat.Phase;
import chatd.core.feed.ViewerAction.Outgoing;
import chatd.core.part.Episode;
import chatd.core.part.PartFrame;
import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// A client that follows the rules for clients, and finds fault with every stream that does not
/// follow those for servers.
final class ViewerClient {
  /// Which numbers a client keeps from one connection to the next.
  enum Kind {
    /// Largest id and position, sent as parameters.
    CURSOR,
    /// The id of the last event, as browsers do.
    EVENT_ID,
    /// The largest message id and nothing else.
    ID_ONLY,
    /// No history, and from then on as `EVENT_ID`.
    LIVE_ONLY
  }

  final Kind kind;
  final TreeMap<Long, FeedRow> messages = new TreeMap<>();
  StreamEvent.@Nullable Status status;
  byte @Nullable [] queue;
  @Nullable String problem;
  boolean hasRetry;
  boolean hasCalls;
  Episode previewed = new Episode(0, 0);
  long last;
  final ByteArrayOutputStream preview = new ByteArrayOutputStream();

  private long history;
  private @Nullable Cursor lastEventId;
  private @Nullable TreeMap<Long, FeedRow> newList;
  private boolean finishedNewList;

  // Of the connection.
  private final Set<Long> received = new TreeSet<>();
  private long snapshot;
  private @Nullable Episode ended;
  private boolean inSync;
  private boolean wasCutInSync;
  long liveFrom = -1;

  ViewerClient(Kind kind) {
    this.kind = kind;
  }

  /// A new connection: what it asks for.
  ResumeRequest connect() {
    wasCutInSync = inSync;
    inSync = true;
    received.clear();
    snapshot = 0;
    ended = null;
    newList = null;
    return switch (kind) {
      case CURSOR -> cursor();
      case EVENT_ID -> eventId(null);
      case LIVE_ONLY -> eventId(ResumeRequest.LIVE_ONLY);
      case ID_ONLY -> {
        clearPreview();
        previewed = new Episode(0, 0);
        last = 0;
        yield parse(messages.isEmpty() ? null : messages.lastKey(), null, null);
      }
    };
  }

  private ResumeRequest cursor() {
    if (history == 0) {
      messages.clear();
      return parse(null, null, null);
    }
    var held = messages.isEmpty() ? 0 : messages.lastKey();
    var isCurrent = previewed.historyVersion() == history;
    var position = isCurrent ? history + "." + previewed.attempt() + "." + last : history + ".0.0";
    return parse(held, position, null);
  }

  private ResumeRequest eventId(@Nullable Long first) {
    if (lastEventId == null) {
      messages.clear();
    }
    return parse(first, null, lastEventId == null ? null : lastEventId.toString());
  }

  private static ResumeRequest parse(
      @Nullable Long afterId, @Nullable String cursor, @Nullable String eventId) {
    var parsed =
        ResumeRequest.parse(
            new ResumeRequest.Parameters(
                afterId == null ? null : afterId.toString(), null, null, null, cursor, eventId));
    return ((ResumeRequest.Parsed.Valid) parsed).request();
  }

  /// One event arrives whole.
  void receive(long version, Outgoing outgoing, boolean endsSync, ScriptedChat chat) {
    assertThat(version).as("snapshot version").isGreaterThanOrEqualTo(snapshot);
    snapshot = version;
    var event = outgoing.event();
    if (newList != null && !(event instanceof StreamEvent.Message)) {
      messages.clear();
      messages.putAll(newList);
      newList = null;
      finishedNewList = true;
    }
    switch (event) {
      case StreamEvent.Message(var row) -> message(row);
      case StreamEvent.Part(var frame) -> part(frame, chat);
      case StreamEvent.Status next -> status(next);
      case StreamEvent.Failed(var error) -> {
        problem = error.message();
        hasRetry = false;
        voidEpisode();
      }
      case StreamEvent.RetryScheduled _ -> {
        hasRetry = true;
        voidEpisode();
      }
      case StreamEvent.QueueUpdate(var queued) -> queue = queued;
      case StreamEvent.ActionRequired _ -> hasCalls = true;
      case StreamEvent.PreviewReset(var episode) -> {
        var isLive =
            episode.equals(chat.episode()) && episode.attempt() > chat.versions().failedAttempt();
        var isHeld = episode.equals(previewed) && last > 0;
        assertThat(isLive && isHeld).as("what is held of a live episode is believed").isFalse();
        reset(episode);
      }
      case StreamEvent.HistoryReset(var episode) -> historyReset(episode, chat);
      case StreamEvent.Ended _ -> throw new AssertionError("nobody's access ends here");
    }
    inSync = !endsSync;
    if (kind == Kind.EVENT_ID || kind == Kind.LIVE_ONLY) {
      if (liveFrom < 0) {
        liveFrom =
            kind == Kind.LIVE_ONLY && lastEventId == null ? outgoing.position().heldUpTo() : 0;
      }
      lastEventId = outgoing.position();
    }
    assertThat(outgoing.position().heldUpTo())
        .as("largest id in the position")
        .isGreaterThanOrEqualTo(finishedNewList || messages.isEmpty() ? 0 : messages.lastKey());
  }

  private void message(FeedRow row) {
    assertThat(received.add(row.id())).as("message %d comes once", row.id()).isTrue();
    if (newList != null) {
      assertThat(newList.isEmpty() || newList.lastKey() < row.id()).as("ascending").isTrue();
      newList.put(row.id(), row);
    } else {
      messages.put(row.id(), row);
    }
    clearPreview();
  }

  private void part(PartFrame frame, ScriptedChat chat) {
    var episode = frame.episode();
    assertThat(status == null ? null : status.status())
        .as("status before a part")
        .isEqualTo(ChatStatus.RUNNING);
    assertThat(episode).as("the void episode shows nothing").isNotEqualTo(ended);
    assertThat(episode).as("episode of a part").isEqualTo(previewed);
    assertThat(frame.firstSeq()).as("next part").isEqualTo(last + 1);
    last = frame.lastSeq();
    hasRetry = false;
    var log = chat.log(episode);
    if (log != null && frame.isMerged()) {
      assertThat(frame.length()).isLessThan(64 << 10);
    }
    preview.writeBytes(bytes(frame));
  }

  static byte[] bytes(PartFrame frame) {
    var slice = frame.delta();
    return Arrays.copyOfRange(slice.array(), slice.from(), slice.to());
  }

  private void status(StreamEvent.Status next) {
    status = next;
    history = next.historyVersion();
    if (previewed.historyVersion() != history) {
      reset(new Episode(history, 0));
    }
    if (next.status() != ChatStatus.ERROR) {
      problem = null;
    }
    if (next.status() != ChatStatus.REQUIRES_ACTION) {
      hasCalls = false;
    }
    if (next.phase() != Phase.RETRYING) {
      hasRetry = false;
    }
  }

  private void reset(Episode episode) {
    assertThat(episode).as("episodes only grow").isGreaterThanOrEqualTo(previewed);
    clearPreview();
    previewed = episode;
    last = 0;
  }

  private void historyReset(Episode episode, ScriptedChat chat) {
    var isNeeded = messages.keySet().stream().anyMatch(id -> !chat.rows.containsKey(id));
    // A client without numbers of its own cannot say what it holds; one cut in a sync neither.
    if (kind != Kind.ID_ONLY && kind != Kind.LIVE_ONLY && !wasCutInSync) {
      assertThat(isNeeded).as("history_reset only if a held row was deleted").isTrue();
    }
    reset(episode);
    received.clear();
    newList = new TreeMap<>();
    finishedNewList = false;
  }

  private void voidEpisode() {
    clearPreview();
    ended = previewed;
  }

  private void clearPreview() {
    preview.reset();
  }
}
