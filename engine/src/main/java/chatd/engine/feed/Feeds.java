package chatd.engine.feed;

import chatd.core.chat.ReplicaId;
import chatd.core.feed.CloseReason;
import chatd.core.feed.Framing;
import chatd.core.feed.ResumeRequest;
import chatd.core.message.ChatId;
import chatd.engine.chats.Hints;
import chatd.engine.loop.BoundedTasks;
import chatd.engine.loop.Pause;
import chatd.engine.parts.PartLogs;
import chatd.engine.port.Carrier;
import chatd.engine.port.CarrierListener;
import chatd.engine.port.ChatStore;
import chatd.engine.port.PartsRelay;
import chatd.engine.port.Sessions;
import chatd.engine.port.StreamEncoder;
import chatd.engine.port.Telemetry;
import chatd.engine.port.Time;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadFactory;
import java.util.function.Supplier;

/// Everything that viewers are served with on this replica.
public final class Feeds {
  private final FeedContext context;
  private final FeedRegistry registry = new FeedRegistry();
  private final Pulse pulse;
  private final Poll poll;

  /// Where feeds learn what they tell.
  public record Sources(ChatStore store, Hints hints, Parts parts, Sessions sessions) {}

  /// Parts that are numbered here, and those that `relay` brings from other replicas; `self` is who
  /// we are among them.
  public record Parts(PartLogs logs, PartsRelay relay, Supplier<ReplicaId> self) {}

  public Feeds(
      Sources sources,
      StreamEncoder encoder,
      Time time,
      ThreadFactory threads,
      FeedLimits limits,
      Telemetry telemetry) {
    var tasks = new BoundedTasks(threads, limits.budgets().pageReads());
    var readings = new Readings(sources.store(), tasks, limits.budgets(), time, telemetry);
    this.context =
        new FeedContext(
            sources,
            encoder,
            time,
            threads,
            limits,
            new FeedContext.Shared(
                readings,
                new RowBudget(limits.budgets()),
                new MirrorBudget(limits.budgets().mirrors()),
                telemetry));
    this.pulse =
        new Pulse(
            time,
            threads,
            limits.times(),
            telemetry,
            () -> registry.all().stream().flatMap(feed -> feed.viewers().stream()));
    this.poll = new Poll(context, registry);
  }

  /// Starts what looks after all viewers.
  public void start() {
    pulse.start();
    poll.start();
  }

  /// Looks after nobody any more: the store is about to go. Viewers were closed before.
  public void stop() {
    pulse.stop();
    poll.stop();
  }

  /// Serves a chat on a connection from now until it ends. The connection has to tell the listener
  /// of its end in every case. Whether the user may see the chat was checked before.
  public CarrierListener watch(
      ChatId chat, ResumeRequest request, Framing framing, Carrier carrier, Access access) {
    var feed = registry.enter(chat, id -> new Feed(id, context, registry));
    feed.start();
    return feed.join(request, framing, carrier, access);
  }

  /// Compares every watched chat with the database at once, in one statement: there is reason to
  /// believe that its parts come from somebody else by now.
  public void lookAgain() {
    poll.compareNow();
  }

  /// Closes every stream that is open, each when its client has accepted all that was committed
  /// before; those that are not so far in time are closed all the same. Returns then.
  public void drain() {
    var over = new Pause();
    context.threads().newThread(() -> drain(over)).start();
    try {
      over.await(context.time(), context.limits().times().drain());
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt(); // There is no time at all.
    }
    closeAll(CloseReason.DRAINING);
  }

  private void drain(Pause over) {
    poll.compare(); // The hint of what ended the last turn may still be on its way.
    var emptied = registry.all().stream().map(Feed::drain).toArray(CompletableFuture<?>[]::new);
    var _ = CompletableFuture.allOf(emptied).thenRun(over::end);
  }

  /// Closes every stream that is open.
  public void closeAll(CloseReason reason) {
    registry.all().forEach(feed -> feed.post(new Notice.CloseAll(reason)));
  }

  /// How many streams are open.
  public int viewers() {
    return registry.all().stream().mapToInt(feed -> feed.viewers().size()).sum();
  }

  /// How many chats are watched.
  public int feeds() {
    return registry.all().size();
  }

  /// What committed rows kept for viewers take, in bytes.
  public long retainedBytes() {
    return context.shared().rows().used();
  }

  /// What mirrors of other replicas' part logs take, in bytes.
  public long mirrorBytes() {
    return context.shared().mirrors().used();
  }

  /// What pages kept for viewers take, in bytes.
  public long pageBytes() {
    return context.shared().readings().bytes();
  }
}
