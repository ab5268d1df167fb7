package chatd.engine.feed;

import chatd.core.feed.FeedPage;
import chatd.core.feed.FeedRow;
import chatd.core.feed.ResumeFacts;
import chatd.core.feed.ResumeQuery;
import chatd.core.message.ChatId;
import chatd.engine.loop.BoundedTasks;
import chatd.engine.port.ChatStore;
import chatd.engine.port.Telemetry;
import chatd.engine.port.Time;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/// What single viewers need read, shared by all who need the same.
///
/// A page may be kept: it names the history version of a snapshot that existed when it was read, so
/// what was deleted before it is not in it, and of what was deleted since, the next sync tells.
final class Readings {
  private static final int ROW_OVERHEAD = 64;

  private record PageKey(ChatId chat, FeedPage page) {}

  private record FactsKey(ChatId chat, ResumeQuery query) {}

  private final SharedReads<PageKey, List<FeedRow>> pages;
  private final SharedReads<FactsKey, ResumeFacts> facts;

  Readings(
      ChatStore store,
      BoundedTasks tasks,
      FeedLimits.Budgets budgets,
      Time time,
      Telemetry telemetry) {
    var kept = new SharedReads.Kept<List<FeedRow>>(Readings::bytes, budgets.pages());
    this.pages =
        new SharedReads<>(
            key -> store.readPage(key.chat(), key.page()), kept, tasks, time, telemetry);
    this.facts =
        new SharedReads<>(
            key -> store.resumeFacts(key.chat(), key.query()),
            SharedReads.Kept.nothing(),
            tasks,
            time,
            telemetry);
  }

  CompletableFuture<List<FeedRow>> page(ChatId chat, FeedPage page) {
    return pages.request(new PageKey(chat, page));
  }

  CompletableFuture<ResumeFacts> facts(ChatId chat, ResumeQuery query) {
    return facts.request(new FactsKey(chat, query));
  }

  /// What the pages kept take, in bytes.
  long bytes() {
    return pages.bytes();
  }

  private static long bytes(List<FeedRow> rows) {
    return ROW_OVERHEAD
        + rows.stream().mapToLong(row -> ROW_OVERHEAD + (long) row.message().length).sum();
  }
}
