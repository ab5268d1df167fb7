package chatd.engine.watch;

import chatd.core.message.ChatId;
import chatd.core.message.UserId;
import chatd.engine.port.ChatChanges.Found;
import chatd.engine.port.ChatChanges.Touches;
import java.util.List;
import java.util.Map;

/// What waits in the mailbox of the loop. Of each kind there is at most one at a time, or one per
/// watcher.
sealed interface WatchNotice {

  /// Hints have come.
  record Hinted() implements WatchNotice {
    static final Hinted INSTANCE = new Hinted();
  }

  /// It is time to look for what no hint told of.
  record LookDue() implements WatchNotice {
    static final LookDue INSTANCE = new LookDue();
  }

  record Joined(Watcher watcher) implements WatchNotice {}

  record Written(Watcher watcher) implements WatchNotice {}

  /// The connection is gone.
  record Ended(Watcher watcher) implements WatchNotice {}

  /// What a look for these users found.
  record Looked(List<WatchedUser> users, Touches touches) implements WatchNotice {}

  /// What these chats are now.
  record Read(Map<ChatId, UserId> asked, List<Found> found) implements WatchNotice {}

  /// The store did not answer. `asked`: the chats that were to be read.
  record Failed(Map<ChatId, UserId> asked) implements WatchNotice {}

  record Rested() implements WatchNotice {}

  /// This replica stops: whoever has accepted the last news is closed.
  record Drain() implements WatchNotice {}

  /// Side work met a bug.
  record Broken(Throwable bug) implements WatchNotice {}
}
