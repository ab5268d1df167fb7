package chatd.engine.feed;

import chatd.core.feed.AccessEnd;
import chatd.core.feed.CloseReason;
import chatd.core.feed.ViewerState;
import chatd.engine.port.Carrier;
import chatd.engine.port.CarrierListener;
import chatd.engine.port.Time;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// One stream and its connection. Its state belongs to the loop of its feed; what the connection
/// reports is posted there, except for signs of life, which are only noted.
final class Viewer implements Served, CarrierListener {
  /// How long a write may still take when the viewer may see no more.
  private static final Duration LEAVING_MAX = Duration.ofSeconds(5);

  private static final long UNASKED = 0;
  private static final long ANSWERED = Long.MAX_VALUE;

  private final Feed feed;
  private final Carrier carrier;
  private final Access access;
  private final Time time;
  private volatile ViewerState state;
  private volatile long lastSign;
  private volatile @Nullable Leaving leaving;
  private long asking;

  private record Leaving(AccessEnd why, long since) {}

  Viewer(Feed feed, Carrier carrier, Access access, Time time, ViewerState state) {
    this.feed = feed;
    this.carrier = carrier;
    this.access = access;
    this.time = time;
    this.state = state;
    this.lastSign = time.nanos();
  }

  @Override
  public Carrier carrier() {
    return carrier;
  }

  Access access() {
    return access;
  }

  ViewerState state() {
    return state;
  }

  /// Called by the loop of the feed only.
  void become(ViewerState next) {
    state = next;
  }

  /// Whether this viewer was not told yet how far the log on another replica is. This and what
  /// follows is for the loop of the feed only.
  boolean needsAnswer() {
    return asking != ANSWERED;
  }

  /// Answers to this asking, and to later ones, are for it.
  void await(long number) {
    asking = number;
  }

  /// Whether an answer to this asking is for it, and can be taken now. One that comes during a
  /// write is never taken: by the end of that, more parts may have come and been given to it. If it
  /// still knows more than is here, it is asked for again.
  boolean takeAnswer(long number) {
    if (asking == UNASKED || number < asking) {
      return false;
    }
    asking = state.isWriting() ? UNASKED : ANSWERED;
    return asking == ANSWERED;
  }

  /// Whoever was asked is not the one to ask any more.
  void forgetAnswer() {
    asking = UNASKED;
  }

  void leave(AccessEnd why) {
    if (leaving == null) {
      leaving = new Leaving(why, time.nanos());
    }
  }

  /// Asks the feed to end this stream, unless it may go on.
  @Override
  public void checkAccess(Instant now) {
    if (leaving == null && access.isExpired(now)) {
      endAccess(AccessEnd.SESSION_EXPIRED);
    }
  }

  void endAccess(AccessEnd why) {
    feed.post(new Notice.AccessEnded(this, why));
  }

  /// Why the connection must be closed without waiting for it any longer.
  @Override
  public Optional<CloseReason> overdue(Duration silence) {
    var now = time.nanos();
    var bound = leaving;
    if (bound != null && now - bound.since() >= LEAVING_MAX.toNanos()) {
      return Optional.of(bound.why().closeReason());
    }
    if (now - lastSign < silence.toNanos()) {
      return Optional.empty();
    }
    return Optional.of(
        state.isWriting() ? CloseReason.NO_PROGRESS : CloseReason.LIVENESS_PROBE_FAILED);
  }

  @Override
  public void written() {
    lastSign = time.nanos();
    feed.post(new Notice.Written(this));
  }

  @Override
  public void progressed() {
    lastSign = time.nanos();
  }

  @Override
  public void ended() {
    feed.post(new Notice.Ended(this));
  }
}
