package chatd.engine.feed;

import chatd.core.chat.ReplicaId;
import chatd.core.message.ChatId;
import chatd.core.part.Episode;
import chatd.core.part.PartLog;
import chatd.core.part.PartRun;
import chatd.core.relay.Have;
import chatd.engine.port.PartsRelay;
import org.jspecify.annotations.Nullable;

/// The parts of one chat as another replica numbers them: a mirror of its newest log, and how far
/// that log was when it was last asked.
///
/// Filled by threads of the relay, read by the loop of the feed, which is told of every change.
final class RemoteParts implements PartsRelay.Receiver {
  private final Runnable changed;
  private final MirrorBudget budget;
  private final PartsRelay.Stream stream;
  private @Nullable PartLog mirror;
  private Have have;
  private @Nullable LogEnd newest;
  private long asked = 1;
  private long answered;
  private boolean isClosed;

  /// The last number of a log, as it was when the peer answered this asking.
  record LogEnd(long asking, Episode episode, long last) {}

  /// Of `over` and older episodes nothing is wanted. `changed` must be quick.
  RemoteParts(
      PartsRelay relay,
      ReplicaId producer,
      ChatId chat,
      Episode over,
      Runnable changed,
      MirrorBudget budget) {
    this.have = new Have(over, 0);
    this.changed = changed;
    this.budget = budget;
    this.stream = relay.open(producer, chat, this);
  }

  /// The mirror, whatever episode it is of.
  synchronized @Nullable PartLog mirror() {
    return mirror;
  }

  /// What the peer last said of its newest log.
  synchronized @Nullable LogEnd newestEnd() {
    return newest;
  }

  /// Makes sure that the peer is asked after now. Returns the number of an asking that was answered
  /// after now once [#newestEnd] has it, or a higher one.
  long ask() {
    // Outside of our lock: the relay may call back.
    var asking = stream.ask();
    synchronized (this) {
      asked = Math.max(asked, asking);
      return asking;
    }
  }

  /// Whether an asking is on its way. One that began earlier says nothing about a viewer that came
  /// since; so the next one waits, and serves all who have come by then.
  synchronized boolean isAsking() {
    return answered < asked;
  }

  /// Nobody needs this episode, or an older one, any more.
  synchronized void forget(Episode episode) {
    if (mirror != null && !mirror.episode().isLaterThan(episode)) {
      drop();
    }
  }

  void close() {
    synchronized (this) {
      isClosed = true;
      drop();
    }
    stream.close();
  }

  private void drop() {
    if (mirror != null) {
      budget.changed(mirror.bytes(), 0);
      mirror = null;
    }
  }

  @Override
  public synchronized Have have() {
    return have;
  }

  @Override
  public boolean parts(PartRun run) {
    if (!take(run)) {
      return false;
    }
    changed.run();
    return true;
  }

  private synchronized boolean take(PartRun run) {
    if (isClosed || have.episode().isLaterThan(run.episode())) {
      return true;
    }
    var log = mirror;
    if (run.episode().isLaterThan(have.episode())) {
      if (!budget.hasRoom()) {
        return true; // Once there is room, what comes then has a gap before it and is asked for.
      }
      if (run.firstSeq() != 1) {
        return false;
      }
      drop();
      log = new PartLog(run.episode());
    } else if (log == null) {
      return true; // It was given up; what still comes of it is for nobody.
    }
    var before = mirror == null ? 0 : log.bytes();
    if (!log.fill(run)) {
      return false;
    }
    mirror = log;
    budget.changed(before, log.bytes());
    have = new Have(log.episode(), log.last());
    return true;
  }

  @Override
  public void at(long asking, Episode episode, long last) {
    var hasLog = episode.attempt() > 0;
    synchronized (this) {
      answered = Math.max(answered, asking);
      newest = hasLog ? new LogEnd(asking, episode, last) : newest;
    }
    if (hasLog) {
      changed.run(); // Otherwise there is no news, and asking again at once would have no end.
    }
  }

  @Override
  public void ended(Episode episode) {
    // What became of the attempt is committed next, and then a hint comes.
  }
}
