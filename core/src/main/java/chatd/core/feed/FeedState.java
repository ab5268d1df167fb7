package chatd.core.feed;

import chatd.core.Step;
import chatd.core.part.Episode;
import chatd.core.part.PartLog;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// One chat on one replica, as told to its viewers: the newest snapshot, the rows kept since the
/// first reading, and when to read again.
///
/// There is at most one reading in flight, and its result counts for everybody. Hints only ever
/// cause a reading; so they may be lost, repeated or late.
public record FeedState(
    @Nullable Snapshot current,
    Reads reads,
    Wishes wishes,
    Retained retained,
    int viewers,
    int regressions) {

  /// Nothing known, nobody here.
  public static final FeedState NEW =
      new FeedState(null, Reads.NONE, Wishes.NONE, Retained.from(0), 0, 0);

  private static final Duration BACKOFF_FIRST = Duration.ofMillis(100);
  private static final int BACKOFF_DOUBLINGS = 5;

  /// How many readings were started, and the number of the newest that succeeded; 0 for none.
  public record Reads(long started, long done, boolean inFlight, int failures, boolean waiting) {
    static final Reads NONE = new Reads(0, 0, false, 0, false);

    Reads start() {
      return new Reads(started + 1, done, true, failures, false);
    }

    Reads succeed() {
      return new Reads(started, started, false, 0, false);
    }

    Reads fail() {
      return new Reads(started, done, false, failures + 1, true);
    }

    Reads waited() {
      return new Reads(started, done, inFlight, failures, false);
    }
  }

  /// Why to read again: in any case, or unless the snapshot or the episode is reached already.
  record Wishes(boolean always, long snapshot, @Nullable Episode episode) {
    static final Wishes NONE = new Wishes(false, 0, null);

    Wishes withAlways() {
      return new Wishes(true, snapshot, episode);
    }

    Wishes with(long wanted) {
      return new Wishes(always, Math.max(snapshot, wanted), episode);
    }

    Wishes with(Episode wanted) {
      var isLater = episode == null || wanted.isLaterThan(episode);
      return isLater ? new Wishes(always, snapshot, wanted) : this;
    }

    boolean isUnfulfilledBy(@Nullable Snapshot current) {
      return always
          || (current == null
              ? snapshot > 0 || episode != null
              : snapshot > current.version()
                  || (episode != null && episode.isLaterThan(current.episode())));
    }
  }

  /// The newest snapshot version, 0 before the first reading.
  public long version() {
    return current == null ? 0 : current.version();
  }

  /// Whether nothing is known to be newer than what was read last.
  public boolean isUpToDate() {
    return !reads.inFlight() && !wishes.isUnfulfilledBy(current);
  }

  /// What the rows kept for viewers take, in bytes.
  public long retainedBytes() {
    return retained.bytes();
  }

  /// What viewers can have now. `log`: the one of the current episode on this replica, if any. It
  /// counts only with its first part: an empty one may be of an attempt that was opened here and in
  /// the end recorded by somebody else. `isMirrored`: it is, or would be, filled from another
  /// replica.
  public FeedView view(@Nullable PartLog log, boolean isMirrored, FrameSizes sizes) {
    var isLive = current != null && current.isLive();
    var isShown = log != null && log.last() > 0 && isLive;
    return new FeedView(
        reads, current, retained, isShown ? log : null, isMirrored && isLive, sizes);
  }

  /// The next state, and what to do.
  public Step<FeedState, FeedAction> on(FeedEvent event) {
    return switch (event) {
      case FeedEvent.Joined _ -> with(viewers + 1).with(wishes.withAlways()).maybeRead();
      case FeedEvent.JoinedAgain _, FeedEvent.Missed _ -> with(wishes.withAlways()).maybeRead();
      case FeedEvent.Left _ -> left();
      case FeedEvent.Hinted(var snapshot) -> with(wishes.with(snapshot)).maybeRead();
      case FeedEvent.PartsSeen(var episode) -> with(wishes.with(episode)).maybeRead();
      case FeedEvent.ReadDone(var read, var bytesMax) -> readDone(read, bytesMax);
      case FeedEvent.ReadFoundNothing _ ->
          new Step<>(with(reads.succeed()).with(Wishes.NONE), List.of(new FeedAction.EndAccess()));
      case FeedEvent.ReadFailed _ -> readFailed();
      case FeedEvent.BackoffOver _ -> with(reads.waited()).maybeRead();
      case FeedEvent.LingerOver _ ->
          new Step<>(this, viewers == 0 ? List.of(new FeedAction.Dissolve()) : List.of());
    };
  }

  private Step<FeedState, FeedAction> left() {
    return new Step<>(
        with(viewers - 1), viewers == 1 ? List.of(new FeedAction.Linger()) : List.of());
  }

  private Step<FeedState, FeedAction> readDone(FeedRead read, long bytesMax) {
    var next = Snapshot.of(read);
    if (current != null && next.version() < current.version()) {
      return regressed();
    }
    var before = current == null ? Retained.from(next.history()) : retained;
    var after =
        new FeedState(next, reads.succeed(), wishes, before.with(read, bytesMax), viewers, 0);
    var producer = next.producer();
    var isFromElsewhere = !Objects.equals(producer, current == null ? null : current.producer());
    return isFromElsewhere
        ? after.maybeReadAnd(new FeedAction.Listen(producer), new FeedAction.Wake())
        : after.maybeReadAnd(new FeedAction.Wake());
  }

  /// The database knows less than it did. Once may be a late answer; twice is a lost commit.
  private Step<FeedState, FeedAction> regressed() {
    var seen = regressions + 1;
    var unread = reads.fail().waited();
    if (seen < 2) {
      return new FeedState(current, unread, wishes.withAlways(), retained, viewers, seen)
          .maybeRead();
    }
    var forgetful = new FeedState(null, unread, Wishes.NONE, Retained.from(0), viewers, 0);
    return new Step<>(
        forgetful,
        List.of(new FeedAction.CloseAll(CloseReason.INTERNAL_ERROR), new FeedAction.Listen(null)));
  }

  private Step<FeedState, FeedAction> readFailed() {
    var failed = with(reads.fail()).with(wishes.withAlways());
    var doublings = Math.min(reads.failures(), BACKOFF_DOUBLINGS);
    return new Step<>(
        failed, List.of(new FeedAction.BackOff(BACKOFF_FIRST.multipliedBy(1L << doublings))));
  }

  private Step<FeedState, FeedAction> maybeRead() {
    return isReadDue() ? new Step<>(reading(), List.of(read())) : Step.to(this);
  }

  private Step<FeedState, FeedAction> maybeReadAnd(FeedAction... actions) {
    List<FeedAction> all = new ArrayList<>(List.of(actions));
    if (!isReadDue()) {
      return new Step<>(this, all);
    }
    all.add(read());
    return new Step<>(reading(), all);
  }

  private boolean isReadDue() {
    return !reads.inFlight() && !reads.waiting() && wishes.isUnfulfilledBy(current);
  }

  /// Whatever was wished for was committed before, so a reading that starts now meets it. What is
  /// wished for from now on counts only if the result does not have it.
  private FeedState reading() {
    return with(reads.start()).with(Wishes.NONE);
  }

  private FeedAction read() {
    // The first reading brings no rows: what viewers miss before it they read page by page.
    return new FeedAction.Read(current == null ? Long.MAX_VALUE : current.history());
  }

  private FeedState with(Reads next) {
    return new FeedState(current, next, wishes, retained, viewers, regressions);
  }

  private FeedState with(Wishes next) {
    return new FeedState(current, reads, next, retained, viewers, regressions);
  }

  private FeedState with(int count) {
    return new FeedState(current, reads, wishes, retained, count, regressions);
  }
}
