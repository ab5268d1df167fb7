package chatd.core.feed;

import chatd.core.Step;
import chatd.core.feed.Sync.Rest;
import chatd.core.feed.Sync.Rule;
import chatd.core.part.Episode;
import chatd.core.part.PartLog;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// One stream being served: where it is, what it was told, and what it is waiting for.
///
/// At most one thing is waited for: a write, a page, facts, or news of the feed. A viewer that is
/// `writing` hears of nothing else; a look at the feed follows when the write is done, so it cannot
/// miss anything.
public record ViewerState(
    Framing framing, Position position, Sent sent, Stage stage, boolean writing) {

  /// What the viewer is doing.
  sealed interface Stage {
    /// Waits for a reading later than number `afterRead`.
    record Joining(ResumeRequest request, long afterRead, boolean again) implements Stage {}

    /// Waits for facts about the position it comes with.
    record Asking(ResumeRequest request, Snapshot target) implements Stage {}

    /// Is being brought to a snapshot.
    record Syncing(Sync sync) implements Stage {}

    /// The same, and waits for a page.
    record Paging(Sync sync, long after) implements Stage {}

    /// Is where the feed was when it last looked.
    record Following() implements Stage {}

    /// May see no more, and is to be told why; events up to `snapshot` may have been written.
    record Leaving(AccessEnd why, long snapshot) implements Stage {}

    /// Was told, and is closed once that is written.
    record Told(AccessEnd why) implements Stage {}

    record Closed() implements Stage {}
  }

  private static final int PAGE_ROWS = 256;
  private static final int PAGE_BYTES = 64 << 10;

  /// A viewer on its way to a feed.
  public static ViewerState coming(Framing framing, ResumeRequest request) {
    var nowhere = new Position(0, new Episode(0, 0), 0, 0);
    return new ViewerState(
        framing, nowhere, Sent.NOTHING, new Stage.Joining(request, Long.MAX_VALUE, false), false);
  }

  /// The viewer is part of a feed that has started so many readings: the next one is for it.
  public ViewerState joined(long readsStarted) {
    return stage instanceof Stage.Joining(var request, _, _)
        ? with(position, new Stage.Joining(request, readsStarted, false))
        : this;
  }

  /// Whether something waits to be accepted by the client.
  public boolean isWriting() {
    return writing;
  }

  /// Whether the client has accepted everything up to this snapshot, parts apart.
  public boolean hasAccepted(long snapshot) {
    return !writing && stage instanceof Stage.Following && position.snapshot() >= snapshot;
  }

  /// Looks at the feed and takes what is next; called again whenever the feed changed.
  public Step<ViewerState, ViewerAction> look(FeedView feed) {
    if (writing) {
      return Step.to(this);
    }
    return switch (stage) {
      case Stage.Joining joining -> begin(joining, feed);
      case Stage.Syncing(var sync) -> advance(sync, feed);
      case Stage.Following _ -> follow(feed);
      case Stage.Leaving(var why, var snapshot) -> tell(why, snapshot);
      case Stage.Told(var why) -> close(why);
      case Stage.Asking _, Stage.Paging _, Stage.Closed _ -> Step.to(this);
    };
  }

  /// The client's connection accepted the last write.
  public Step<ViewerState, ViewerAction> written(FeedView feed) {
    return new ViewerState(framing, position, sent, stage, false).look(feed);
  }

  /// What was asked for with [ViewerAction.ReadFacts].
  public Step<ViewerState, ViewerAction> factsRead(ResumeFacts facts, FeedView feed) {
    return stage instanceof Stage.Asking(var request, var target)
        ? open(Opening.of(request, target, feed.retained(), facts), feed)
        : Step.to(this);
  }

  /// What was asked for with [ViewerAction.ReadPage].
  public Step<ViewerState, ViewerAction> pageRead(List<FeedRow> rows, FeedView feed) {
    if (!(stage instanceof Stage.Paging(var sync, var after))) {
      return Step.to(this);
    }
    // No row is left: those that the target had were deleted after it, and the next sync says so.
    var rest = rows.isEmpty() ? closing(sync, after) : new Rest.Rows(after, rows);
    return advance(sync.with(rest), feed);
  }

  /// The viewer may see no more. What is being written is finished, nothing else follows.
  public Step<ViewerState, ViewerAction> accessEnded(AccessEnd why, FeedView feed) {
    return switch (stage) {
      case Stage.Leaving _, Stage.Told _, Stage.Closed _ -> Step.to(this);
      case Stage.Syncing(var sync) -> leave(why, sync.target().version(), feed);
      case Stage.Paging(var sync, _) -> leave(why, sync.target().version(), feed);
      case Stage.Joining _, Stage.Asking _, Stage.Following _ ->
          leave(why, position.snapshot(), feed);
    };
  }

  private Step<ViewerState, ViewerAction> leave(AccessEnd why, long snapshot, FeedView feed) {
    return with(position, new Stage.Leaving(why, snapshot)).look(feed);
  }

  private Step<ViewerState, ViewerAction> begin(Stage.Joining joining, FeedView feed) {
    var target = feed.current();
    if (target == null || feed.reads().done() <= joining.afterRead()) {
      return Step.to(this);
    }
    var request = joining.request();
    if (Opening.isAhead(request, target) && !joining.again()) {
      var again = new Stage.Joining(request, feed.reads().started(), true);
      return new Step<>(with(position, again), List.of(new ViewerAction.JoinAgain()));
    }
    var query = Opening.missing(request, target, feed.retained());
    if (query != null) {
      var asking = with(position, new Stage.Asking(request, target));
      return new Step<>(asking, List.of(new ViewerAction.ReadFacts(query)));
    }
    return open(Opening.of(request, target, feed.retained(), null), feed);
  }

  private Step<ViewerState, ViewerAction> open(Opening opening, FeedView feed) {
    return with(opening.position(), stage).advance(opening.sync(), feed);
  }

  private Step<ViewerState, ViewerAction> follow(FeedView feed) {
    var target = feed.current();
    if (target == null || target.version() < position.snapshot()) {
      return Step.to(this);
    }
    return target.version() > position.snapshot()
        ? advance(nextSync(target, feed.retained()), feed)
        : takeParts(feed);
  }

  private Sync nextSync(Snapshot target, Retained retained) {
    var history = position.episode().historyVersion();
    var preview = !target.episode().equals(position.episode());
    return retained.hasCut(history, target.history(), position.heldUpTo())
        ? Sync.start(target, Rule.ALL, true, preview)
        : Sync.start(target, Rule.since(history), false, preview);
  }

  /// Takes as much of a sync as one write holds.
  private Step<ViewerState, ViewerAction> advance(Sync sync, FeedView feed) {
    var batch = new Batch();
    var at = position;
    var rest = sync.rest();
    while (true) {
      switch (rest) {
        case Rest.Announcement _ -> {
          batch.add(new StreamEvent.HistoryReset(sync.target().episode()), at.cursor());
          rest = new Rest.Rows(0, List.of());
        }
        case Rest.Rows(var after, _) when sync.isPastLastRow(after) -> rest = closing(sync, after);
        case Rest.Rows(var after, var page) -> {
          var rows = page.isEmpty() ? retained(sync, after, feed.retained()) : page;
          if (rows == null) {
            return batch.isEmpty() ? readPage(at, sync, after) : write(batch, at, sync.with(rest));
          }
          var taken = 0;
          for (var row : rows) {
            var event = new StreamEvent.Message(row);
            if (!batch.fits(event)) {
              var others = page.isEmpty() ? page : rows.subList(taken, rows.size());
              return write(batch, at, sync.with(new Rest.Rows(after, others)));
            }
            at = at.holding(row.id());
            after = row.id();
            batch.add(event, at.cursor());
            taken++;
          }
          rest = page.isEmpty() ? closing(sync, after) : new Rest.Rows(after, List.of());
        }
        case Rest.Closing closing -> {
          return close(batch, at, sync, closing, feed);
        }
      }
    }
  }

  private Step<ViewerState, ViewerAction> close(
      Batch batch, Position at, Sync sync, Rest.Closing closing, FeedView feed) {
    var target = sync.target();
    var events = closing.events();
    var arrived = arrive(at, sync, closing);
    for (var i = 0; i < events.size(); i++) {
      if (!batch.fits(events.get(i))) {
        return write(batch, at, sync.with(closing.from(i)));
      }
      var isLast = i == events.size() - 1;
      batch.add(events.get(i), (isLast ? arrived : at).cursor());
    }
    var done =
        new ViewerState(
            framing, arrived, sent.with(target), new Stage.Following(), !batch.isEmpty());
    return batch.isEmpty()
        ? done.follow(feed)
        : new Step<>(done, List.of(batch.write(target.version())));
  }

  /// Where the viewer is when the last event of a sync was received.
  private static Position arrive(Position at, Sync sync, Rest.Closing closing) {
    var target = sync.target();
    var startsAgain =
        closing.events().stream().anyMatch(StreamEvent.PreviewReset.class::isInstance);
    var held = sync.reset() ? closing.lastRow() : at.heldUpTo();
    return new Position(target.version(), target.episode(), startsAgain ? 0 : at.seq(), held);
  }

  private Rest closing(Sync sync, long lastRow) {
    var isSameEpisode = sync.target().episode().equals(position.episode());
    return new Rest.Closing(
        lastRow, sent.closing(sync.target(), sync.preview(), isSameEpisode && position.seq() > 0));
  }

  private static @Nullable List<FeedRow> retained(Sync sync, long after, Retained retained) {
    var rule = sync.rule();
    return rule.idAbove() == Long.MAX_VALUE && retained.covers(rule.revisionAbove())
        ? retained.rows(after, rule.revisionAbove(), sync.target().history())
        : null;
  }

  private Step<ViewerState, ViewerAction> readPage(Position at, Sync sync, long after) {
    var rule = sync.rule();
    var page =
        new FeedPage(
            after,
            sync.target().history(),
            rule.revisionAbove(),
            rule.idAbove(),
            PAGE_ROWS,
            PAGE_BYTES);
    return new Step<>(
        with(at, new Stage.Paging(sync, after)), List.of(new ViewerAction.ReadPage(page)));
  }

  private Step<ViewerState, ViewerAction> write(Batch batch, Position at, Sync rest) {
    var next = new ViewerState(framing, at, sent, new Stage.Syncing(rest), true);
    return new Step<>(next, List.of(batch.write(rest.target().version())));
  }

  private Step<ViewerState, ViewerAction> takeParts(FeedView feed) {
    var log = logOf(position.episode(), feed);
    if (position.seq() <= (log == null ? 0 : log.last())) {
      return takeParts(feed, log, position, new Batch());
    }
    if (feed.isMirrored()) {
      return new Step<>(this, List.of(new ViewerAction.AskLogEnd()));
    }
    return log == null ? Step.to(this) : startAgain(feed);
  }

  private static @Nullable PartLog logOf(Episode episode, FeedView feed) {
    var log = feed.log();
    return log != null && log.episode().equals(episode) ? log : null;
  }

  /// The replica that numbers the parts was asked after this viewer had come; its newest log was of
  /// this episode and ended with `last`.
  public Step<ViewerState, ViewerAction> logEnds(Episode episode, long last, FeedView feed) {
    var isAhead = position.episode().equals(episode) && last < position.seq();
    return isAhead && !writing && stage instanceof Stage.Following && isAtNewest(feed)
        ? startAgain(feed)
        : Step.to(this);
  }

  private boolean isAtNewest(FeedView feed) {
    return feed.current() != null && feed.current().version() == position.snapshot();
  }

  /// The log of this very episode ends before the position that the client came with.
  private Step<ViewerState, ViewerAction> startAgain(FeedView feed) {
    var at = position.at(0);
    var batch = new Batch();
    batch.add(new StreamEvent.PreviewReset(at.episode()), at.cursor());
    return takeParts(feed, logOf(at.episode(), feed), at, batch);
  }

  private Step<ViewerState, ViewerAction> takeParts(
      FeedView feed, @Nullable PartLog log, Position from, Batch batch) {
    var last = log == null ? 0 : log.last();
    var at = from;
    while (log != null && at.seq() < last) {
      var around = feed.sizes().around(framing, at.snapshot(), at.episode(), at.seq() + 1, last);
      var frame = log.read(at.seq() + 1, Batch.BYTES_MAX - around);
      if (frame == null || !batch.fits(new StreamEvent.Part(frame))) {
        break;
      }
      at = at.at(frame.lastSeq());
      batch.add(new StreamEvent.Part(frame), at.cursor());
    }
    return batch.isEmpty()
        ? Step.to(this)
        : new Step<>(
            new ViewerState(framing, at, sent, stage, true), List.of(batch.write(at.snapshot())));
  }

  private Step<ViewerState, ViewerAction> tell(AccessEnd why, long snapshot) {
    var batch = new Batch();
    batch.add(new StreamEvent.Ended(why), position.cursor());
    var told = new ViewerState(framing, position, sent, new Stage.Told(why), true);
    return new Step<>(told, List.of(batch.write(snapshot)));
  }

  private Step<ViewerState, ViewerAction> close(AccessEnd why) {
    return new Step<>(
        with(position, new Stage.Closed()), List.of(new ViewerAction.Close(why.closeReason())));
  }

  private ViewerState with(Position at, Stage next) {
    return new ViewerState(framing, at, sent, next, writing);
  }
}
