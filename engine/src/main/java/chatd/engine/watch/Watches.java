package chatd.engine.watch;

import chatd.core.feed.CloseReason;
import chatd.core.feed.Framing;
import chatd.engine.chats.Hints;
import chatd.engine.feed.Access;
import chatd.engine.feed.FeedLimits;
import chatd.engine.feed.Pulse;
import chatd.engine.loop.Pause;
import chatd.engine.port.Carrier;
import chatd.engine.port.CarrierListener;
import chatd.engine.port.ChatChanges;
import chatd.engine.port.Sessions;
import chatd.engine.port.Telemetry;
import chatd.engine.port.Time;
import chatd.engine.port.WatchEncoder;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadFactory;

/// Everything that those are served with who watch all their chats on this replica.
public final class Watches {
  private final WatchContext context;
  private final WatchRegistry registry = new WatchRegistry();
  private final Set<Watcher> watchers = ConcurrentHashMap.newKeySet();
  private final WatchLoop loop;
  private final WatchUpkeep upkeep;
  private final Pulse pulse;

  /// Where it is learned what changed, and who may watch.
  public record Sources(ChatChanges changes, Hints hints, Sessions sessions) {}

  /// The bounds of every stream, and those of watching.
  public record Limits(FeedLimits.Times times, WatchLimits watch) {}

  public Watches(
      Sources sources,
      WatchEncoder encoder,
      Time time,
      ThreadFactory threads,
      Limits limits,
      Telemetry telemetry) {
    this.context = new WatchContext(sources, encoder, time, threads, limits, telemetry);
    this.loop = new WatchLoop(context, registry, watchers);
    this.upkeep = new WatchUpkeep(context, watchers);
    this.pulse = new Pulse(time, threads, limits.times(), telemetry, watchers::stream);
  }

  /// Starts what looks after all who watch.
  public void start() {
    loop.start();
    upkeep.start();
    pulse.start();
  }

  /// Looks after nobody any more: the store is about to go. Sockets were closed before.
  public void stop() {
    pulse.stop();
    upkeep.stop();
    loop.stop();
  }

  /// Tells a connection of every change that is committed from now on, until it ends. It has to
  /// tell the listener of its end in every case.
  ///
  /// @throws chatd.engine.port.StoreException if the database does not say what there is now
  public CarrierListener watch(Framing framing, Carrier carrier, Access access) {
    var user = registry.enter(access.user());
    var begun = false;
    try {
      user.begin(context.sources().changes(), context.limits().watch().chatsPerUser());
      begun = true;
    } finally {
      if (!begun) {
        registry.leave(user);
      }
    }
    var watcher =
        new Watcher(
            user,
            framing,
            carrier,
            access,
            new Watcher.Surroundings(
                context.time(), loop::post, context.limits().watch().bytesPerWatcher()));
    watchers.add(watcher);
    loop.post(new WatchNotice.Joined(watcher));
    return watcher;
  }

  /// Closes every socket, each when its client has accepted all that was committed before; those
  /// that are not so far in time are closed all the same. Returns then.
  public void drain() {
    var over = new Pause();
    var _ = loop.drain().thenRun(over::end);
    try {
      over.await(context.time(), context.limits().times().drain());
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt(); // There is no time at all.
    }
    closeAll(CloseReason.DRAINING);
  }

  /// Closes every socket that is open.
  public void closeAll(CloseReason reason) {
    watchers.forEach(watcher -> watcher.carrier().end(reason));
  }

  /// How many sockets are open.
  public int watchers() {
    return watchers.size();
  }

  /// For how many users.
  public int users() {
    return registry.all().size();
  }

  /// For how long looks for missed changes have come no further, because a transaction of the
  /// database does not end; zero: they do.
  public Duration heldBack() {
    return loop.heldBack();
  }
}
