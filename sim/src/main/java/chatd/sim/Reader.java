package chatd.sim;

import static java.util.Objects.requireNonNull;

import chatd.core.chat.ChatStatus;
import chatd.core.chat.Phase;
import chatd.core.feed.Cursor;
import chatd.core.feed.FeedRow;
import chatd.core.feed.ResumeRequest;
import chatd.core.feed.StreamEvent;
import chatd.core.feed.ViewerAction.Outgoing;
import chatd.core.message.Role;
import chatd.core.part.Episode;
import chatd.core.part.PartFrame;
import java.util.Arrays;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// A client that follows the rules for clients, and holds every event against what was true.
final class Reader {

  /// Which numbers a client keeps from one connection to the next.
  enum Kind {
    /// Largest id and position, sent as parameters.
    CURSOR,
    /// The id of the last event, as browsers do.
    EVENT_ID,
    /// The largest message id and nothing else.
    ID_ONLY,
    /// Nothing: it begins anew each time.
    FORGETFUL
  }

  private final World world;
  private final Story story;
  private final Kind kind;
  private final String name;
  final TreeMap<Long, FeedRow> messages = new TreeMap<>();
  StreamEvent.@Nullable Status status;
  byte @Nullable [] queue;
  boolean hasProblem;
  boolean hasRetry;
  boolean hasCalls;
  boolean wasTold;
  private Episode previewed = new Episode(0, 0);
  private long last;
  private final StringBuilder preview = new StringBuilder();
  private long history;
  private @Nullable Cursor lastEventId;
  private @Nullable TreeMap<Long, FeedRow> newList;

  // Of the connection.
  private long snapshot;
  private long lastMessage;
  private @Nullable Episode ended;
  private long toldFailure;
  private long toldRetry;
  private @Nullable Memory memory;
  private boolean isStatusKnown;
  private boolean inSync;
  private boolean wasCutInSync;

  Reader(World world, Story story, Kind kind, String name) {
    this.world = world;
    this.story = story;
    this.kind = kind;
    this.name = name;
  }

  /// What a client had at some moment: another tab, or a computer that slept.
  private record Memory(
      TreeMap<Long, FeedRow> messages,
      Episode previewed,
      long last,
      String preview,
      long history,
      @Nullable Cursor lastEventId,
      boolean inSync) {}

  /// Keeps what it has now.
  void remember() {
    memory =
        new Memory(
            new TreeMap<>(messages),
            previewed,
            last,
            preview.toString(),
            history,
            lastEventId,
            inSync || newList != null);
  }

  /// Has again what it kept, and nothing else.
  void goBack() {
    var kept = memory;
    if (kept != null) {
      messages.clear();
      messages.putAll(kept.messages());
      previewed = kept.previewed();
      last = kept.last();
      preview.setLength(0);
      preview.append(kept.preview());
      history = kept.history();
      lastEventId = kept.lastEventId();
      inSync = kept.inSync();
    }
  }

  /// A new connection: what it asks for.
  ResumeRequest connect() {
    // The last event of a sync alone has its position: what came before it may come again.
    wasCutInSync =
        inSync || (kind == Kind.EVENT_ID && lastEventId != null && lastEventId.history() < history);
    inSync = true;
    isStatusKnown = false;
    snapshot = 0;
    lastMessage = 0;
    ended = null;
    toldFailure = 0;
    toldRetry = 0;
    newList = null;
    var request =
        switch (kind) {
          case CURSOR -> cursor();
          case EVENT_ID -> eventId();
          case ID_ONLY -> {
            forgetPreview();
            yield parse(messages.isEmpty() ? null : messages.lastKey(), null, null);
          }
          case FORGETFUL -> {
            forgetPreview();
            messages.clear();
            yield ResumeRequest.FRESH;
          }
        };
    world.trace.note("viewer", 0, () -> name + " asks for " + request);
    return request;
  }

  private void forgetPreview() {
    preview.setLength(0);
    previewed = new Episode(0, 0);
    last = 0;
  }

  private ResumeRequest cursor() {
    if (history == 0) {
      messages.clear();
      return ResumeRequest.FRESH;
    }
    var held = messages.isEmpty() ? 0 : messages.lastKey();
    var isCurrent = previewed.historyVersion() == history;
    var position = isCurrent ? history + "." + previewed.attempt() + "." + last : history + ".0.0";
    return parse(held, position, null);
  }

  private ResumeRequest eventId() {
    if (lastEventId == null) {
      messages.clear();
      return ResumeRequest.FRESH;
    }
    return parse(null, null, lastEventId.toString());
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
  void receive(long version, Outgoing outgoing) {
    check(version >= snapshot, Promise.STATE, () -> "went back to snapshot " + version);
    snapshot = version;
    var event = outgoing.event();
    if (newList != null && !(event instanceof StreamEvent.Message)) {
      messages.clear();
      messages.putAll(newList);
      newList = null;
    }
    switch (event) {
      case StreamEvent.Message(var row) -> message(row);
      case StreamEvent.Part(var frame) -> part(frame);
      case StreamEvent.Status next -> status(version, next);
      case StreamEvent.Failed _ -> {
        hasProblem = true;
        hasRetry = false;
        check(isFailed(version), Promise.STATE, () -> "an error that was not");
        var failure = failure(version);
        check(
            failure == 0 || failure != toldFailure,
            Promise.P5,
            () -> "the error of " + failure + " again");
        toldFailure = failure;
        end();
      }
      case StreamEvent.RetryScheduled _ -> {
        hasRetry = true;
        var moment = story.moments.get(version);
        var retry = moment == null ? 0 : moment.row().versions().retry();
        check(
            retry == 0 || retry != toldRetry, Promise.P5, () -> "the retry of " + retry + " again");
        toldRetry = retry;
        end();
      }
      case StreamEvent.QueueUpdate(var queued) -> {
        queue = queued;
        var moment = story.moments.get(version);
        check(
            moment == null || Arrays.equals(queued, moment.queue().bytes()),
            Promise.P9,
            () -> "a queue that was not, at " + version);
      }
      case StreamEvent.ActionRequired(var calls) -> {
        hasCalls = true;
        var moment = story.moments.get(version);
        check(
            moment == null || moment.clientCalls().equals(calls),
            Promise.STATE,
            () -> "calls that were not open: " + calls);
      }
      case StreamEvent.PreviewReset(var episode) -> previewReset(episode);
      case StreamEvent.HistoryReset(var episode) -> historyReset(episode);
      case StreamEvent.Ended _ -> wasTold = true;
    }
    lastEventId = outgoing.position();
  }

  private boolean isFailed(long version) {
    var moment = story.moments.get(version);
    return moment == null || moment.row().turn().failure() != null;
  }

  private long failure(long version) {
    var moment = story.moments.get(version);
    var failure = moment == null ? null : moment.row().turn().failure();
    return failure == null ? 0 : failure.snapshot();
  }

  private void message(FeedRow row) {
    inSync = true;
    var id = row.id();
    check(id > lastMessage, Promise.P1, () -> "message " + id + " comes after " + lastMessage);
    lastMessage = id;
    var known = story.messages.get(id);
    check(
        known != null && Arrays.equals(known.row.message(), row.message()),
        Promise.P1,
        () -> "message " + id + " is not what was committed");
    if (newList != null) {
      newList.put(id, row);
    } else {
      check(
          !messages.containsKey(id) || wasCutInSync,
          Promise.P5,
          () -> "message " + id + " comes again");
      messages.put(id, row);
    }
    preview.setLength(0);
  }

  private void part(PartFrame frame) {
    var episode = frame.episode();
    var first = frame.firstSeq();
    check(
        status != null && isStatusKnown && status.status() == ChatStatus.RUNNING,
        Promise.P4,
        () -> "part " + first + " of " + episode + " before running");
    check(!episode.equals(ended), Promise.P4, () -> "a part of " + episode + " after its end");
    var failedIn = story.failedIn.getOrDefault(episode, Long.MAX_VALUE);
    check(
        snapshot < failedIn,
        Promise.P4,
        () -> "a part of " + episode + ", which had failed in " + failedIn);
    check(
        episode.equals(previewed),
        Promise.P4,
        () -> "a part of " + episode + " while " + previewed + " is shown");
    check(
        first == last + 1,
        Promise.P2,
        () -> "part " + first + " of " + episode + " comes after " + last);
    last = frame.lastSeq();
    hasRetry = false;
    var words = Texts.words(frame);
    var numbered = story.numbered.get(episode);
    var expected =
        numbered == null || numbered.parts.size() < frame.lastSeq()
            ? null
            : String.join("", numbered.parts.subList((int) first - 1, (int) frame.lastSeq()));
    check(
        words.equals(expected),
        Promise.P2,
        () ->
            "parts %d to %d of %s are \"%s\", numbered were \"%s\""
                .formatted(first, frame.lastSeq(), episode, words, expected));
    preview.append(words);
  }

  private void status(long version, StreamEvent.Status next) {
    status = next;
    isStatusKnown = true;
    history = next.historyVersion();
    var moment = story.moments.get(version);
    check(moment != null, Promise.STATE, () -> "a snapshot that was not: " + version);
    if (moment != null) {
      var row = moment.row();
      var shown = row.status() == ChatStatus.INTERRUPTING ? ChatStatus.RUNNING : row.status();
      check(
          next.status() == shown
              && next.historyVersion() == row.versions().history()
              && next.phase() == row.phase(),
          Promise.STATE,
          () -> "told " + next + ", and it was " + row);
    }
    if (previewed.historyVersion() != history) {
      reset(new Episode(history, 0));
    }
    if (next.status() != ChatStatus.ERROR) {
      hasProblem = false;
    }
    if (next.status() != ChatStatus.REQUIRES_ACTION) {
      hasCalls = false;
    }
    if (next.phase() != Phase.RETRYING) {
      hasRetry = false;
    }
    if (inSync) {
      complete(history);
      inSync = false;
      wasCutInSync = false;
    }
  }

  /// At the end of a sync a client has every message of that moment, and none that was deleted.
  private void complete(long at) {
    if (story.isDeleted) {
      return; // Nothing of it can be read any more; that it is gone comes next.
    }
    for (var entry : story.messages.values()) {
      var id = entry.message.id();
      if (entry.message.body().role() == Role.SYSTEM || entry.message.revision() > at) {
        continue;
      }
      if (entry.deletedIn == Long.MAX_VALUE) {
        check(
            messages.containsKey(id),
            Promise.P1,
            () -> "message %d of %d is missing at %d".formatted(id, entry.message.revision(), at));
      } else if (entry.deletedIn <= at) {
        check(
            !messages.containsKey(id),
            Promise.P5,
            () -> "message " + id + " was deleted in " + entry.deletedIn + ", and stays at " + at);
      }
    }
  }

  private void previewReset(Episode episode) {
    var numbered = story.numbered.get(episode);
    var counts =
        episode.equals(previewed)
            && last > 0
            && snapshot < story.failedIn.getOrDefault(episode, Long.MAX_VALUE)
            && numbered != null
            && last <= numbered.parts.size();
    check(!counts, Promise.P5, () -> "is to forget parts up to " + last + " of " + episode);
    reset(episode);
  }

  private void reset(Episode episode) {
    check(
        episode.compareTo(previewed) >= 0,
        Promise.P4,
        () -> "goes back from " + previewed + " to " + episode);
    preview.setLength(0);
    previewed = episode;
    last = 0;
  }

  private void historyReset(Episode episode) {
    inSync = true;
    var isNeeded =
        messages.keySet().stream()
            .anyMatch(id -> requireNonNull(story.messages.get(id)).deletedIn < Long.MAX_VALUE);
    if (kind != Kind.ID_ONLY && !wasCutInSync) {
      check(isNeeded, Promise.P5, () -> "a reset although nothing held was deleted");
    }
    reset(episode);
    lastMessage = 0;
    newList = new TreeMap<>();
  }

  private void end() {
    preview.setLength(0);
    ended = previewed;
  }

  /// The largest history version up to which the client is complete.
  long history() {
    return history;
  }

  /// Whether it has seen all there is now.
  boolean isUpToDate() {
    return isStatusKnown
        && status != null
        && status.historyVersion() == story.row().versions().history()
        && story.visible().stream().allMatch(entry -> messages.containsKey(entry.message.id()));
  }

  /// What it sees is what is stored.
  void checkFinal() {
    var moment = story.now();
    var row = moment.row();
    var ids = story.visible().stream().map(entry -> entry.message.id()).toList();
    check(
        messages.keySet().stream().toList().equals(ids),
        Promise.QUIET,
        () -> "has " + messages.keySet() + ", stored are " + ids);
    check(
        status != null && status.status() == row.status(),
        Promise.QUIET,
        () -> "sees " + status + ", stored is " + row);
    check(
        Arrays.equals(queue, moment.queue().bytes())
            || (queue == null && moment.queue().entries().isEmpty()),
        Promise.QUIET,
        () -> "sees another queue than is stored");
    check(
        hasProblem == (row.status() == ChatStatus.ERROR),
        Promise.QUIET,
        () -> "sees an error: " + hasProblem + ", stored is " + row);
    check(!hasRetry, Promise.QUIET, () -> "waits for a retry of " + row);
    check(
        hasCalls == (row.status() == ChatStatus.REQUIRES_ACTION),
        Promise.QUIET,
        () -> "sees open calls: " + hasCalls + ", stored is " + row);
  }

  private void check(boolean holds, Promise promise, java.util.function.Supplier<String> what) {
    world.checks.that(
        holds, promise, () -> name + " (" + kind + ", " + story.name + "): " + what.get());
  }

  /// Whether it was told, on this connection, how the chat is.
  boolean isAware() {
    return isStatusKnown;
  }

  /// Whether it was told, on this connection, that this attempt is the one to show.
  boolean isShown(Episode episode) {
    return isStatusKnown && !inSync && previewed.equals(episode) && !episode.equals(ended);
  }

  /// Whether it was shown so many parts of this attempt.
  boolean hasParts(Episode episode, long count) {
    return previewed.equals(episode) && last >= count;
  }
}
