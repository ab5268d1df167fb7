package chatd.engine.feed;

import java.util.concurrent.atomic.AtomicLong;

/// The memory that committed rows take in all feeds of this replica.
final class RowBudget {
  private final FeedLimits.Budgets budgets;
  private final AtomicLong used = new AtomicLong();

  RowBudget(FeedLimits.Budgets budgets) {
    this.budgets = budgets;
  }

  /// How much a feed may keep that keeps `already` bytes now.
  long roomFor(long already) {
    var left = Math.max(0, budgets.rows() - used.get());
    return Math.min(budgets.rowsPerFeed(), already + left);
  }

  /// A feed keeps `now` bytes and kept `before`. Returns `now`.
  long changed(long before, long now) {
    used.addAndGet(now - before);
    return now;
  }

  void release(long bytes) {
    used.addAndGet(-bytes);
  }

  long used() {
    return used.get();
  }
}
