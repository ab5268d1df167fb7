package chatd.relay;

import chatd.core.part.Episode;
import chatd.core.part.PartLog;
import chatd.core.part.PartRun;
import chatd.core.relay.Have;
import chatd.engine.port.PartsRelay;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A receiver as the feed's: the newest episode it was brought, in a log of its own.
final class Mirror implements PartsRelay.Receiver {
  final List<String> heard = new ArrayList<>();
  @Nullable PartLog log;
  int gaps;

  @Override
  public synchronized Have have() {
    return log == null ? Have.NOTHING : new Have(log.episode(), log.last());
  }

  @Override
  public synchronized boolean parts(PartRun run) {
    if (log != null && log.episode().isLaterThan(run.episode())) {
      return true;
    }
    var newest = log == null || run.episode().isLaterThan(log.episode()) ? null : log;
    if (newest == null) {
      newest = new PartLog(run.episode());
      log = newest;
    }
    var fits = newest.fill(run);
    gaps += fits ? 0 : 1;
    return fits;
  }

  @Override
  public synchronized void at(long ask, Episode episode, long last) {
    heard.add("at %d %d.%d.%d".formatted(ask, episode.historyVersion(), episode.attempt(), last));
  }

  @Override
  public synchronized void ended(Episode episode) {
    heard.add("ended %d.%d".formatted(episode.historyVersion(), episode.attempt()));
  }

  /// Forgets what it has, as a feed does that is short of memory.
  synchronized void drop() {
    var old = log;
    log = old == null ? null : new PartLog(old.episode());
  }
}
