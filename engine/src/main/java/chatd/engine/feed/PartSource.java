package chatd.engine.feed;

import chatd.core.chat.ReplicaId;
import chatd.core.feed.FeedState;
import chatd.core.feed.FeedView;
import chatd.core.feed.Snapshot;
import chatd.core.message.ChatId;
import chatd.core.part.Episode;
import chatd.core.part.PartLog;
import chatd.core.relay.Have;
import chatd.engine.parts.PartLogs;
import org.jspecify.annotations.Nullable;

/// Where the parts of one chat come from: the log on this replica, or a mirror of the one on the
/// replica that generates them. It belongs to the loop of the feed.
final class PartSource {
  private final ChatId chat;
  private final FeedContext context;
  private final Runnable changed;
  private @Nullable RemoteParts remote;

  /// `changed` is called by any thread when there is news from another replica; it must be quick.
  PartSource(ChatId chat, FeedContext context, Runnable changed) {
    this.chat = chat;
    this.context = context;
    this.changed = changed;
  }

  /// From now on this replica generates the parts; null: nobody does. The log that it still has of
  /// what was over at `current` is not asked for.
  void listen(@Nullable ReplicaId producer, @Nullable Snapshot current) {
    if (remote != null) {
      remote.close();
      remote = null;
    }
    var parts = context.sources().parts();
    if (producer != null && !producer.equals(parts.self().get())) {
      var over = current == null ? Have.NOTHING.episode() : over(current);
      var budget = context.shared().mirrors();
      remote = new RemoteParts(parts.relay(), producer, chat, over, changed, budget);
    }
  }

  /// What viewers can have of the current episode.
  FeedView view(FeedState state) {
    var current = state.current();
    var own = current == null ? null : logs().find(chat, current.episode());
    // A log without parts may have been opened here in vain, for an attempt that another replica
    // recorded.
    var isHere = remote == null || (own != null && own.last() > 0);
    return isHere
        ? state.view(own, false, context.encoder())
        : state.view(mirrorOf(current), true, context.encoder());
  }

  /// The newest episode that there are parts of, if it is later than this one.
  @Nullable Episode laterThan(Episode current) {
    var later = later(logs().newest(chat), current);
    var mirrored = later(remote == null ? null : remote.mirror(), later == null ? current : later);
    return mirrored == null ? later : mirrored;
  }

  private static @Nullable Episode later(@Nullable PartLog log, Episode than) {
    return log != null && log.last() > 0 && log.episode().isLaterThan(than) ? log.episode() : null;
  }

  /// Parts of an episode that is over, or void, are shown to nobody any more.
  void forgetUpTo(Snapshot current) {
    if (remote != null) {
      remote.forget(over(current));
    }
  }

  private static Episode over(Snapshot current) {
    var episode = current.episode();
    return current.isLive()
        ? new Episode(episode.historyVersion(), episode.attempt() - 1)
        : episode;
  }

  /// Another replica's newest log, if there is one to listen to, for those who know more parts than
  /// are here.
  @Nullable RemoteParts remote() {
    return remote;
  }

  private PartLogs logs() {
    return context.sources().parts().logs();
  }

  private @Nullable PartLog mirrorOf(@Nullable Snapshot current) {
    var mirror = remote == null ? null : remote.mirror();
    return mirror != null && current != null && mirror.episode().equals(current.episode())
        ? mirror
        : null;
  }
}
