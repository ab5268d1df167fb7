package chatd.core.feed;

import chatd.core.Step;
import chatd.core.part.Episode;
import chatd.core.part.PartLog;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/// One feed and its viewers, driven step by step: everything that a loop would wait for is in
/// `pending` until a test lets it happen.
final class SimFeed {
  private final ScriptedChat chat;
  private final SplittableRandom random;
  final List<Runnable> pending = new ArrayList<>();
  final List<SimViewer> viewers = new ArrayList<>();
  FeedState state = FeedState.NEW;
  int reads;
  boolean faulty;
  int pageRows = 1000;
  long retainedMax = 1 << 20;

  /// Parts come from another replica, some at a time.
  boolean isMirrored;

  private @Nullable PartLog mirror;

  SimFeed(ScriptedChat chat, SplittableRandom random) {
    this.chat = chat;
    this.random = random;
  }

  /// A viewer with its client and the write that the client has not accepted yet.
  final class SimViewer {
    final ViewerClient client;
    ViewerState state;
    ViewerAction.@Nullable Write inFlight;
    private boolean isAsking;

    SimViewer(ViewerClient client, ResumeRequest request) {
      this.client = client;
      this.state =
          ViewerState.coming(Framing.ARRAY, request).joined(SimFeed.this.state.reads().started());
    }

    /// The client accepts the write in flight.
    void accept() {
      receive(Integer.MAX_VALUE);
      step(state.written(view()));
    }

    /// The write in flight is accepted by nobody in particular.
    void drop() {
      inFlight = null;
      step(state.written(view()));
    }

    /// The first `count` events of the write in flight arrive.
    void receive(int count) {
      var write = inFlight;
      inFlight = null;
      if (write == null) {
        return;
      }
      var events = write.events();
      for (var i = 0; i < Math.min(count, events.size()); i++) {
        var endsSync =
            i == events.size() - 1 && state.stage() instanceof ViewerState.Stage.Following;
        client.receive(write.snapshot(), events.get(i), endsSync, chat);
      }
    }

    private void ask() {
      if (!isAsking) {
        isAsking = true;
        later(() -> {
          var log = chat.openLog();
          var last = log == null ? 0 : log.last();
          later(() -> {
            isAsking = false;
            if (log != null) {
              step(state.logEnds(log.episode(), last, view()));
            }
          });
        });
      }
    }

    private void step(Step<ViewerState, ViewerAction> step) {
      state = step.next();
      for (var action : step.actions()) {
        switch (action) {
          case ViewerAction.Write write -> inFlight = write;
          case ViewerAction.ReadFacts(var query) ->
              later(() -> {
                var facts = chat.facts(query);
                later(() -> step(state.factsRead(facts, view())));
              });
          case ViewerAction.ReadPage(var page) ->
              later(() -> {
                var rows = chat.page(page, random.nextInt(1, pageRows + 1));
                later(() -> step(state.pageRead(rows, view())));
              });
          case ViewerAction.AskLogEnd _ -> ask();
          case ViewerAction.JoinAgain _ -> on(new FeedEvent.JoinedAgain());
          case ViewerAction.Close _ -> throw new AssertionError("nobody is closed here");
        }
      }
    }
  }

  /// Some more parts arrive, if there are any.
  void bring(int bytesMax) {
    var log = chat.openLog();
    if (!isMirrored || log == null || log.last() == 0) {
      return;
    }
    var filled =
        mirror == null || log.episode().isLaterThan(mirror.episode())
            ? new PartLog(log.episode())
            : mirror;
    mirror = filled;
    var run = log.readRun(filled.last() + 1, bytesMax);
    if (run != null) {
      filled.fill(run);
      saw(filled.episode());
      bring(bytesMax);
    }
  }

  /// There are new parts here.
  void saw(Episode episode) {
    var current = state.current();
    if (current != null && episode.isLaterThan(current.episode())) {
      on(new FeedEvent.PartsSeen(episode));
    }
    look();
  }

  SimViewer connect(ViewerClient client) {
    return connect(client, client.connect());
  }

  SimViewer connect(ViewerClient client, ResumeRequest request) {
    var viewer = new SimViewer(client, request);
    viewers.add(viewer);
    on(new FeedEvent.Joined());
    return viewer;
  }

  /// The connection is cut after `received` events of the write in flight.
  void cut(SimViewer viewer, int received) {
    viewer.receive(received);
    viewers.remove(viewer);
    on(new FeedEvent.Left());
  }

  void look() {
    for (var viewer : List.copyOf(viewers)) {
      viewer.step(viewer.state.look(view()));
    }
  }

  void on(FeedEvent event) {
    var step = state.on(event);
    state = step.next();
    for (var action : step.actions()) {
      switch (action) {
        case FeedAction.Read(var after) -> read(after);
        case FeedAction.BackOff _ -> later(() -> on(new FeedEvent.BackoffOver()));
        case FeedAction.Wake _ -> look();
        case FeedAction.Listen _ -> mirror = null;
        case FeedAction.Linger _ -> later(() -> on(new FeedEvent.LingerOver()));
        case FeedAction.Dissolve _ -> dissolve();
        case FeedAction.EndAccess _, FeedAction.CloseAll _ ->
            throw new AssertionError("the chat is there and only grows");
      }
    }
  }

  private void read(long after) {
    reads++;
    later(() -> {
      if (faulty && random.nextInt(4) == 0) {
        later(() -> on(new FeedEvent.ReadFailed()));
      } else {
        var read = chat.read(after);
        later(() -> on(new FeedEvent.ReadDone(read, retainedMax)));
      }
    });
  }

  private void dissolve() {
    pending.clear();
    state = FeedState.NEW;
  }

  FeedView view() {
    var current = state.current();
    var log = current == null ? null : log(current.episode());
    return state.view(log, isMirrored, (_, _, _, _, _) -> 300);
  }

  private @Nullable PartLog log(Episode episode) {
    if (!isMirrored) {
      return chat.log(episode);
    }
    return mirror != null && mirror.episode().equals(episode) ? mirror : null;
  }

  boolean runOne() {
    if (pending.isEmpty()) {
      return false;
    }
    pending.remove(random.nextInt(pending.size())).run();
    return true;
  }

  boolean acceptOne() {
    var writing = viewers.stream().filter(viewer -> viewer.inFlight != null).toList();
    if (writing.isEmpty()) {
      return false;
    }
    writing.get(random.nextInt(writing.size())).accept();
    return true;
  }

  /// Everything happens that can, and every client accepts what it is sent.
  void settle() {
    while (runOne() || acceptOne()) {
      // Until nothing is left.
    }
  }

  private void later(Runnable event) {
    pending.add(event);
  }
}
