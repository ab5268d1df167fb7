package chatd.core.feed;

import java.util.ArrayList;
import java.util.List;
import java.util.function.ToLongFunction;

/// The newest committed rows of a chat, which a feed keeps for its viewers.
///
/// `rows` are those with a revision above `floor`, ascending by id and so by revision: ids are
/// drawn in the order of commits. `cuts` are all edits and clears after history version `base`,
/// without those that a later one covers. `bytes` is what the rows take.
record Retained(List<FeedRow> rows, List<FeedRead.Cut> cuts, long base, long floor, long bytes) {
  private static final int ROW_OVERHEAD = 64;

  Retained {
    rows = List.copyOf(rows);
    cuts = List.copyOf(cuts);
  }

  /// Nothing yet, of a chat whose history version is `history`.
  static Retained from(long history) {
    return new Retained(List.of(), List.of(), history, history, 0);
  }

  /// With what changed since. The floor rises until what is kept fits into `bytesMax`.
  Retained with(FeedRead read, long bytesMax) {
    if (read.rows().isEmpty() && read.cuts().isEmpty() && bytes <= bytesMax) {
      return this;
    }
    var kept = new ArrayList<FeedRow>(rows.size() + read.rows().size());
    rows.stream().filter(row -> !isDeleted(row, read.cuts())).forEach(kept::add);
    kept.addAll(read.rows());
    return trimmed(kept, withoutCovered(read.cuts()), bytesMax);
  }

  /// Whether rows with a revision above this are all here.
  boolean covers(long revision) {
    return revision >= floor;
  }

  /// Whether a row with an id up to `heldUpTo` was deleted after version `after`, which is not
  /// below `base`, up to version `upTo`.
  boolean hasCut(long after, long upTo, long heldUpTo) {
    for (var cut : cuts) {
      if (cut.historyVersion() > after
          && cut.historyVersion() <= upTo
          && cut.fromId() <= heldUpTo) {
        return true;
      }
    }
    return false;
  }

  /// Rows with a larger id and a revision above `revisionAbove`, up to `revisionMax`.
  List<FeedRow> rows(long afterId, long revisionAbove, long revisionMax) {
    var from =
        Math.max(countUpTo(FeedRow::id, afterId), countUpTo(FeedRow::revision, revisionAbove));
    var to = countUpTo(FeedRow::revision, revisionMax);
    return from < to ? rows.subList(from, to) : List.of();
  }

  private int countUpTo(ToLongFunction<FeedRow> key, long limit) {
    var low = 0;
    var high = rows.size();
    while (low < high) {
      var middle = (low + high) >>> 1;
      if (key.applyAsLong(rows.get(middle)) <= limit) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  private Retained trimmed(List<FeedRow> all, List<FeedRead.Cut> allCuts, long bytesMax) {
    var size = all.stream().mapToLong(Retained::bytes).sum();
    var newFloor = floor;
    var from = 0;
    while (size > bytesMax && from < all.size()) {
      newFloor = all.get(from).revision();
      while (from < all.size() && all.get(from).revision() == newFloor) {
        size -= bytes(all.get(from++));
      }
    }
    return new Retained(all.subList(from, all.size()), allCuts, base, newFloor, size);
  }

  private List<FeedRead.Cut> withoutCovered(List<FeedRead.Cut> newer) {
    var out = new ArrayList<>(cuts);
    for (var cut : newer) {
      out.removeIf(older -> older.fromId() >= cut.fromId());
      out.add(cut);
    }
    return out;
  }

  private static boolean isDeleted(FeedRow row, List<FeedRead.Cut> cuts) {
    return cuts.stream()
        .anyMatch(cut -> row.id() >= cut.fromId() && row.revision() < cut.historyVersion());
  }

  private static long bytes(FeedRow row) {
    return (long) ROW_OVERHEAD + row.message().length;
  }
}
