package chatd.engine.feed;

import chatd.core.message.ChatId;
import java.util.Collection;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// The feeds of this replica, at most one per chat.
///
/// It counts the viewers of each, those on their way included, and takes a feed off only while
/// there are none: a viewer that was given a feed is heard by it.
final class FeedRegistry {
  private final ConcurrentHashMap<ChatId, Entry> entries = new ConcurrentHashMap<>();

  private record Entry(Feed feed, int viewers) {
    @Nullable Entry unlessEmpty() {
      return viewers == 0 ? null : this;
    }
  }

  /// The chat's feed, made if there is none, counting one more viewer.
  Feed enter(ChatId chat, Function<ChatId, Feed> make) {
    return entries
        .compute(
            chat,
            (_, old) ->
                old == null
                    ? new Entry(make.apply(chat), 1)
                    : new Entry(old.feed(), old.viewers() + 1))
        .feed();
  }

  /// A viewer of this feed is gone.
  void leave(Feed feed) {
    entries.computeIfPresent(
        feed.chat(),
        (_, entry) -> entry.feed() == feed ? new Entry(feed, entry.viewers() - 1) : entry);
  }

  /// Takes the feed off, unless it has viewers. True: nobody can come any more.
  boolean dissolve(Feed feed) {
    var left =
        entries.computeIfPresent(
            feed.chat(), (_, entry) -> entry.feed() == feed ? entry.unlessEmpty() : entry);
    return left == null || left.feed() != feed;
  }

  /// The loop of this feed has ended, in whatever way.
  void forget(Feed feed) {
    entries.computeIfPresent(feed.chat(), (_, entry) -> entry.feed() == feed ? null : entry);
  }

  Collection<Feed> all() {
    return entries.values().stream().map(Entry::feed).toList();
  }
}
