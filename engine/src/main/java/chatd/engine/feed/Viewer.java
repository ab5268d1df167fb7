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
final class Viewer implements CarrierListener {
  /// How long a write may still take when the viewer may see no more.
  private static final Duration LEAVING_MAX = Duration.ofSeconds(5);

  private final Feed feed;
  private final Carrier carrier;
  private final Access access;
  private final Time time;
  private volatile ViewerState state;
  private volatile long lastSign;
  private volatile @Nullable Leaving leaving;

  private record Leaving(AccessEnd why, long since) {}

  Viewer(Feed feed, Carrier carrier, Access access, Time time, ViewerState state) {
    this.feed = feed;
    this.carrier = carrier;
    this.access = access;
    this.time = time;
    this.state = state;
    this.lastSign = time.nanos();
  }

  Carrier carrier() {
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

  void leave(AccessEnd why) {
    if (leaving == null) {
      leaving = new Leaving(why, time.nanos());
    }
  }

  /// Asks the feed to end this stream, unless it may go on.
  void checkAccess(Instant now) {
    if (leaving == null && access.isExpired(now)) {
      endAccess(AccessEnd.SESSION_EXPIRED);
    }
  }

  void endAccess(AccessEnd why) {
    feed.post(new Notice.AccessEnded(this, why));
  }

  /// Why the connection must be closed without waiting for it any longer.
  Optional<CloseReason> overdue(Duration silence) {
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
