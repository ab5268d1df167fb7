package chatd.engine.feed;

import chatd.core.feed.AccessEnd;
import chatd.core.feed.CloseReason;
import chatd.core.feed.FeedRead;
import chatd.core.feed.FeedRow;
import chatd.core.feed.ResumeFacts;
import java.util.List;
import java.util.Optional;

/// What waits in the mailbox of a feed. Of each kind there is at most one per viewer at a time, or
/// one per feed; so the mailbox is bounded by the viewers.
sealed interface Notice {

  /// A hint or a part has come.
  record Look() implements Notice {
    static final Look INSTANCE = new Look();
  }

  /// The poll did not find the chat, or only an older snapshot of it.
  record Missed() implements Notice {
    static final Missed INSTANCE = new Missed();
  }

  record Joined(Viewer viewer) implements Notice {}

  record Written(Viewer viewer) implements Notice {}

  /// The connection is gone.
  record Ended(Viewer viewer) implements Notice {}

  record AccessEnded(Viewer viewer, AccessEnd why) implements Notice {}

  record PageRead(Viewer viewer, List<FeedRow> rows) implements Notice {}

  record FactsRead(Viewer viewer, ResumeFacts facts) implements Notice {}

  record ReadDone(Optional<FeedRead> read) implements Notice {}

  record ReadFailed() implements Notice {}

  record BackoffOver() implements Notice {}

  record LingerOver() implements Notice {}

  record CloseAll(CloseReason reason) implements Notice {}

  /// This replica stops: whoever has accepted the last news is closed.
  record Drain() implements Notice {}

  /// Side work met a bug.
  record Broken(Throwable bug) implements Notice {}
}
