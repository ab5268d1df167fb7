package chatd.engine.feed;

import chatd.core.Step;
import chatd.core.chat.ReplicaId;
import chatd.core.feed.AccessEnd;
import chatd.core.feed.CloseReason;
import chatd.core.feed.FeedAction;
import chatd.core.feed.FeedEvent;
import chatd.core.feed.FeedRead;
import chatd.core.feed.FeedState;
import chatd.core.feed.FeedView;
import chatd.core.feed.Framing;
import chatd.core.feed.ResumeRequest;
import chatd.core.feed.ViewerAction;
import chatd.core.feed.ViewerState;
import chatd.core.message.ChatId;
import chatd.core.part.Episode;
import chatd.engine.loop.Mailbox;
import chatd.engine.loop.Subscription;
import chatd.engine.parts.PartListener;
import chatd.engine.port.Carrier;
import chatd.engine.port.StoreException;
import chatd.engine.port.Time;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// The loop of one feed and of all its viewers.
///
/// One thread owns the state of the feed and of every viewer. Everything else, also what the
/// connections report, comes through the mailbox; so a viewer that finds nothing to do needs no
/// wake-up of its own: whatever may change that comes after it through the same mailbox. No action
/// blocks: readings are tasks, and a connection takes a write without waiting.
final class Feed implements PartListener {
  private final ChatId chat;
  private final FeedContext context;
  private final FeedRegistry registry;
  private final NewestWrite newest;
  private final PartSource source;
  private final Mailbox<Notice> mailbox = new Mailbox<>();
  private final AtomicBoolean started = new AtomicBoolean();
  private final AtomicLong hinted = new AtomicLong();
  private final Set<Viewer> viewers = ConcurrentHashMap.newKeySet();
  private final CompletableFuture<Void> emptied = new CompletableFuture<>();

  private FeedState state = FeedState.NEW;
  private Time.@Nullable Timer linger;
  private long retainedBytes;
  private boolean draining;
  private boolean dissolved;
  private volatile long version;

  Feed(ChatId chat, FeedContext context, FeedRegistry registry) {
    this.chat = chat;
    this.context = context;
    this.registry = registry;
    this.newest = new NewestWrite(context.encoder(), chat);
    this.source = new PartSource(chat, context, () -> mailbox.postOnce(Notice.Look.INSTANCE));
  }

  /// Starts to listen, and then the loop: nothing that is committed from now on is missed. Every
  /// viewer calls it, the first call counts.
  void start() {
    if (!started.compareAndSet(false, true)) {
      return;
    }
    var subscriptions =
        List.of(
            context.sources().hints().subscribe(chat, hint -> saw(hint.versions().snapshot())),
            context.sources().parts().logs().subscribe(chat, this));
    context.threads().newThread(() -> run(subscriptions)).start();
  }

  ChatId chat() {
    return chat;
  }

  /// The snapshot version that viewers are brought to; 0 before the first reading.
  long version() {
    return version;
  }

  Collection<Viewer> viewers() {
    return viewers;
  }

  /// Adds a viewer. The caller has made sure that the feed is not dissolved meanwhile.
  Viewer join(ResumeRequest request, Framing framing, Carrier carrier, Access access) {
    var coming = ViewerState.coming(framing, request);
    var viewer = new Viewer(this, carrier, access, context.time(), coming);
    post(new Notice.Joined(viewer));
    return viewer;
  }

  void post(Notice notice) {
    var isHeard = mailbox.post(notice);
    if (!isHeard && notice instanceof Notice.Joined(var viewer)) {
      viewer.carrier().end(CloseReason.INTERNAL_ERROR);
    }
  }

  /// Somebody says that the chat is at this snapshot version.
  void saw(long snapshot) {
    hinted.accumulateAndGet(snapshot, Math::max);
    mailbox.postOnce(Notice.Look.INSTANCE);
  }

  /// Somebody says that the chat is gone, or that the database knows less of it than this feed.
  void missed() {
    mailbox.postOnce(Notice.Missed.INSTANCE);
  }

  /// From now on nobody is shown parts any more, and everybody is closed as soon as they have
  /// accepted what is known here to be committed. Complete when nobody is left.
  CompletableFuture<Void> drain() {
    post(new Notice.Drain());
    return emptied;
  }

  @Override
  public void appended(Episode episode) {
    mailbox.postOnce(Notice.Look.INSTANCE);
  }

  @Override
  public void sealed(Episode episode) {
    // What ends the episode is committed next, and then a hint comes.
  }

  private void run(List<Subscription> subscriptions) {
    try {
      while (!dissolved) {
        for (var notice : mailbox.take()) {
          handle(notice);
        }
        if (draining) {
          sendOff();
        }
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException | Error bug) {
      context.shared().telemetry().broken("the feed of chat " + chat, bug);
    } finally {
      subscriptions.forEach(Subscription::end);
      listen(null);
      abandon(mailbox.close());
    }
  }

  /// The loop is over. Normally nobody is here any more; after a bug everybody is sent away.
  private void abandon(List<Notice> unheard) {
    registry.forget(this);
    context.shared().rows().release(retainedBytes);
    viewers.forEach(viewer -> viewer.carrier().end(CloseReason.INTERNAL_ERROR));
    for (var notice : unheard) {
      if (notice instanceof Notice.Joined(var viewer)) {
        viewer.carrier().end(CloseReason.INTERNAL_ERROR);
      }
    }
    emptied.complete(null);
  }

  private void handle(Notice notice) {
    switch (notice) {
      case Notice.Look _ -> look();
      case Notice.Missed _ -> perform(state.on(new FeedEvent.Missed()));
      case Notice.Joined(var viewer) -> joined(viewer);
      case Notice.Written(var viewer) -> step(viewer, viewer.state().written(view()));
      case Notice.Ended(var viewer) -> ended(viewer);
      case Notice.AccessEnded(var viewer, var why) -> endAccess(viewer, why);
      case Notice.PageRead(var viewer, var rows) ->
          step(viewer, viewer.state().pageRead(rows, view()));
      case Notice.FactsRead(var viewer, var facts) ->
          step(viewer, viewer.state().factsRead(facts, view()));
      case Notice.ReadDone(var read) ->
          read.ifPresentOrElse(
              this::readDone, () -> perform(state.on(new FeedEvent.ReadFoundNothing())));
      case Notice.ReadFailed _ -> perform(state.on(new FeedEvent.ReadFailed()));
      case Notice.BackoffOver _ -> perform(state.on(new FeedEvent.BackoffOver()));
      case Notice.LingerOver _ -> perform(state.on(new FeedEvent.LingerOver()));
      case Notice.CloseAll(var reason) -> closeAll(reason);
      case Notice.Drain _ -> draining = true;
      case Notice.Broken(var bug) -> throw new IllegalStateException("a reading broke", bug);
    }
  }

  private void joined(Viewer viewer) {
    if (linger != null) {
      linger.cancel();
      linger = null;
    }
    viewers.add(viewer);
    viewer.become(viewer.state().joined(state.reads().started()));
    perform(state.on(new FeedEvent.Joined()));
  }

  private void ended(Viewer viewer) {
    if (viewers.remove(viewer)) {
      registry.leave(this);
      newest.forget(viewer.state().framing());
      perform(state.on(new FeedEvent.Left()));
    }
  }

  private void look() {
    var version = hinted.getAndSet(0);
    if (version > 0) {
      perform(state.on(new FeedEvent.Hinted(version)));
    }
    seeParts();
    hear();
    lookAll();
  }

  private void seeParts() {
    var current = state.current();
    var later = current == null ? null : source.laterThan(current.episode());
    if (later != null) {
      perform(state.on(new FeedEvent.PartsSeen(later)));
    }
  }

  /// What the peer said of its log goes to the viewers for whom it was asked.
  private void hear() {
    var remote = source.remote();
    var end = remote == null ? null : remote.newestEnd();
    if (end == null) {
      return;
    }
    for (var viewer : viewers) {
      if (viewer.takeAnswer(end.asking())) {
        step(viewer, viewer.state().logEnds(end.episode(), end.last(), view()));
      }
    }
  }

  /// For a viewer that knows more parts than are here.
  private void askLogEnd(Viewer viewer) {
    var remote = source.remote();
    if (remote != null && !remote.isAsking() && viewer.needsAnswer()) {
      viewer.await(remote.ask());
    }
  }

  private void listen(@Nullable ReplicaId producer) {
    viewers.forEach(Viewer::forgetAnswer);
    source.listen(producer, state.current());
  }

  private void lookAll() {
    var view = view();
    for (var viewer : viewers) {
      step(viewer, viewer.state().look(view));
    }
  }

  private void readDone(FeedRead read) {
    var user = read.row().identity().user();
    for (var viewer : viewers) {
      if (!viewer.access().user().equals(user)) {
        endAccess(viewer, AccessEnd.GONE);
      }
    }
    var room = context.shared().rows().roomFor(retainedBytes);
    perform(state.on(new FeedEvent.ReadDone(read, room)));
    var current = state.current();
    if (current != null) {
      source.forgetUpTo(current);
    }
  }

  private FeedView view() {
    // Parts of an answer that goes on elsewhere would keep its viewers here for ever.
    return draining ? state.view(null, false, context.encoder()) : source.view(state);
  }

  private void perform(Step<FeedState, FeedAction> step) {
    state = step.next();
    version = state.version();
    retainedBytes = context.shared().rows().changed(retainedBytes, state.retainedBytes());
    for (var action : step.actions()) {
      switch (action) {
        case FeedAction.Read(var afterHistory) -> read(afterHistory);
        case FeedAction.BackOff(var delay) ->
            context.time().after(delay, () -> post(new Notice.BackoffOver()));
        case FeedAction.Wake _ -> lookAll();
        case FeedAction.Listen(var producer) -> listen(producer);
        case FeedAction.Linger _ -> linger();
        case FeedAction.EndAccess _ -> viewers.forEach(viewer -> endAccess(viewer, AccessEnd.GONE));
        case FeedAction.CloseAll(var reason) -> closeAll(reason);
        case FeedAction.Dissolve _ -> dissolved = registry.dissolve(this);
      }
    }
  }

  private void linger() {
    var delay = context.limits().times().linger();
    linger = context.time().after(delay, () -> post(new Notice.LingerOver()));
  }

  private void read(long afterHistory) {
    context
        .threads()
        .newThread(() -> {
          try {
            post(new Notice.ReadDone(context.sources().store().readFeed(chat, afterHistory)));
          } catch (StoreException trouble) {
            context.shared().telemetry().trouble("reading a chat for its viewers", trouble);
            post(new Notice.ReadFailed());
          } catch (RuntimeException | Error bug) {
            post(new Notice.Broken(bug)); // Also when memory ran out: the feed waits for an answer.
          }
        })
        .start();
  }

  private void endAccess(Viewer viewer, AccessEnd why) {
    viewer.leave(why);
    step(viewer, viewer.state().accessEnded(why, view()));
  }

  private void closeAll(CloseReason reason) {
    viewers.forEach(viewer -> viewer.carrier().end(reason));
  }

  /// Closes those who are as far as this replica, which is to stop.
  private void sendOff() {
    if (state.isUpToDate()) {
      viewers.stream()
          .filter(viewer -> viewer.state().hasAccepted(state.version()))
          .forEach(viewer -> viewer.carrier().end(CloseReason.DRAINING));
    }
    if (viewers.isEmpty()) {
      emptied.complete(null);
    }
  }

  private void step(Viewer viewer, Step<ViewerState, ViewerAction> step) {
    viewer.become(step.next());
    for (var action : step.actions()) {
      switch (action) {
        case ViewerAction.Write write ->
            viewer.carrier().write(newest.bytes(viewer.state().framing(), write));
        case ViewerAction.ReadFacts(var query) ->
            answer(
                context.shared().readings().facts(chat, query),
                facts -> new Notice.FactsRead(viewer, facts));
        case ViewerAction.ReadPage(var page) ->
            answer(
                context.shared().readings().page(chat, page),
                rows -> new Notice.PageRead(viewer, rows));
        case ViewerAction.AskLogEnd _ -> askLogEnd(viewer);
        case ViewerAction.JoinAgain _ -> perform(state.on(new FeedEvent.JoinedAgain()));
        case ViewerAction.Close(var reason) -> viewer.carrier().end(reason);
      }
    }
  }

  private <T> void answer(CompletableFuture<T> reading, Function<T, Notice> notice) {
    var _ =
        reading.whenComplete(
            (value, bug) -> post(bug == null ? notice.apply(value) : new Notice.Broken(bug)));
  }
}
