package chatd.core.feed;

import chatd.core.chat.ReplicaId;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// What a feed needs done.
public sealed interface FeedAction {

  /// Read the chat, with the rows and cuts after this history version. One reading at a time.
  record Read(long afterHistory) implements FeedAction {}

  /// Answer with `BackoffOver` after this time.
  record BackOff(Duration delay) implements FeedAction {}

  /// Let every viewer look.
  record Wake() implements FeedAction {}

  /// Answer with `LingerOver` after the time that a feed is kept without viewers.
  record Linger() implements FeedAction {}

  /// Parts come from this replica from now on; null: from nobody.
  record Listen(@Nullable ReplicaId producer) implements FeedAction {}

  /// The chat is gone: so is every viewer's access.
  record EndAccess() implements FeedAction {}

  /// Close every viewer at once.
  record CloseAll(CloseReason reason) implements FeedAction {}

  /// The feed is not needed any more.
  record Dissolve() implements FeedAction {}
}
