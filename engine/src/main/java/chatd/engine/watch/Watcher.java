package chatd.engine.watch;

import chatd.core.feed.CloseReason;
import chatd.core.feed.Framing;
import chatd.core.message.ChatId;
import chatd.core.watch.WatchKind;
import chatd.core.watch.WatchQueue;
import chatd.engine.feed.Access;
import chatd.engine.feed.Served;
import chatd.engine.port.Carrier;
import chatd.engine.port.CarrierListener;
import chatd.engine.port.Time;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Consumer;

/// One socket on which somebody watches. What waits for it belongs to the loop; what the connection
/// reports is posted there, except for signs of life, which are only noted.
final class Watcher implements Served, CarrierListener {
  private final WatchedUser user;
  private final Framing framing;
  private final Carrier carrier;
  private final Access access;
  private final Time time;
  private final Consumer<WatchNotice> loop;
  private final WatchQueue<byte[]> waiting;
  private volatile long lastSign;
  private volatile boolean writing;

  Watcher(
      WatchedUser user,
      Framing framing,
      Carrier carrier,
      Access access,
      Surroundings surroundings) {
    this.user = user;
    this.framing = framing;
    this.carrier = carrier;
    this.access = access;
    this.time = surroundings.time();
    this.loop = surroundings.loop();
    this.waiting = new WatchQueue<>(surroundings.bytesMax(), bytes -> bytes.length);
    this.lastSign = time.nanos();
  }

  /// What every watcher of a replica has around it.
  record Surroundings(Time time, Consumer<WatchNotice> loop, long bytesMax) {}

  WatchedUser user() {
    return user;
  }

  Access access() {
    return access;
  }

  @Override
  public Carrier carrier() {
    return carrier;
  }

  /// Tells of a change, now or when the connection can take it. For the loop, as what follows.
  void tell(ChatId chat, WatchKind kind, WatchEvent event) {
    if (waiting.add(chat, kind, event.in(framing))) {
      writeNext();
    } else {
      carrier.end(CloseReason.RESYNC);
    }
  }

  /// The connection took what it was given.
  void goOn() {
    writing = false;
    writeNext();
  }

  /// Whether it was told everything and has taken it.
  boolean isUpToDate() {
    return !writing && waiting.isEmpty();
  }

  private void writeNext() {
    var next = writing ? null : waiting.next();
    if (next != null) {
      writing = true;
      carrier.write(next);
    }
  }

  @Override
  public void checkAccess(Instant now) {
    if (access.isExpired(now)) {
      carrier.end(CloseReason.SESSION_EXPIRED);
    }
  }

  @Override
  public Optional<CloseReason> overdue(Duration silence) {
    if (time.nanos() - lastSign < silence.toNanos()) {
      return Optional.empty();
    }
    return Optional.of(writing ? CloseReason.NO_PROGRESS : CloseReason.LIVENESS_PROBE_FAILED);
  }

  @Override
  public void written() {
    lastSign = time.nanos();
    loop.accept(new WatchNotice.Written(this));
  }

  @Override
  public void progressed() {
    lastSign = time.nanos();
  }

  @Override
  public void ended() {
    loop.accept(new WatchNotice.Ended(this));
  }
}
