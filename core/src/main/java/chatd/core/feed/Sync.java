package chatd.core.feed;

import java.util.List;

/// A viewer being brought to one fixed snapshot: which rows it still has to get, and then the rest.
///
/// `rule` says which rows; `reset`: the client has to forget its rows first; `preview`: it has to
/// forget its live preview at the end.
record Sync(Snapshot target, Rule rule, boolean reset, boolean preview, Rest rest) {

  /// What is left to do.
  sealed interface Rest {
    /// To say that the history begins anew.
    record Announcement() implements Rest {}

    /// Rows with an id above `after`; those in `page` are at hand.
    record Rows(long after, List<FeedRow> page) implements Rest {}

    /// What follows the rows, the last of which was `lastRow`.
    record Closing(long lastRow, List<StreamEvent> events) implements Rest {
      Closing from(int index) {
        return new Closing(lastRow, events.subList(index, events.size()));
      }
    }
  }

  /// Rows with a revision above one number or an id above the other.
  record Rule(long revisionAbove, long idAbove) {
    static final Rule ALL = new Rule(0, 0);

    static Rule since(long revision) {
      return new Rule(revision, Long.MAX_VALUE);
    }

    /// No row up to revision `revisionMax` with this id or a smaller one is wanted.
    private long firstAfter(long revisionMax) {
      return revisionAbove >= revisionMax ? idAbove : 0;
    }
  }

  static Sync start(Snapshot target, Rule rule, boolean reset, boolean preview) {
    var first = new Rest.Rows(rule.firstAfter(target.history()), List.of());
    return new Sync(target, rule, reset, preview, reset ? new Rest.Announcement() : first);
  }

  Sync with(Rest next) {
    return new Sync(target, rule, reset, preview, next);
  }

  /// Whether no row of the target has a larger id than `after`.
  boolean isPastLastRow(long after) {
    return after >= target.lastMessageId();
  }
}
