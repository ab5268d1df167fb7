package chatd.engine.watch;

import chatd.core.message.UserId;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/// The users for whom somebody watches on this replica, or is about to.
final class WatchRegistry {
  private final ConcurrentHashMap<UserId, Entry> entries = new ConcurrentHashMap<>();

  private record Entry(WatchedUser user, int watchers) {}

  /// The user's source, made if there is none, counting one more who watches.
  WatchedUser enter(UserId user) {
    return entries
        .compute(
            user,
            (_, old) ->
                old == null
                    ? new Entry(new WatchedUser(user), 1)
                    : new Entry(old.user(), old.watchers() + 1))
        .user();
  }

  /// Somebody who watched is gone.
  void leave(WatchedUser user) {
    entries.computeIfPresent(
        user.id(),
        (_, entry) -> {
          if (entry.user() != user) {
            return entry;
          }
          return entry.watchers() == 1 ? null : new Entry(user, entry.watchers() - 1);
        });
  }

  /// Whoever comes from now on gets another source.
  void forget(WatchedUser user) {
    entries.computeIfPresent(user.id(), (_, entry) -> entry.user() == user ? null : entry);
  }

  @Nullable WatchedUser find(UserId user) {
    var entry = entries.get(user);
    return entry == null ? null : entry.user();
  }

  List<WatchedUser> all() {
    return entries.values().stream().map(Entry::user).toList();
  }
}
