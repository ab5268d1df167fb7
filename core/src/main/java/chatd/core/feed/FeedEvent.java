package chatd.core.feed;

import chatd.core.part.Episode;

/// What a feed hears.
public sealed interface FeedEvent {

  /// A viewer has come; it needs a reading that starts after now.
  record Joined() implements FeedEvent {}

  /// A viewer is here already and needs such a reading once more.
  record JoinedAgain() implements FeedEvent {}

  /// A viewer is gone.
  record Left() implements FeedEvent {}

  /// Somebody says that the chat is at this snapshot version.
  record Hinted(long snapshot) implements FeedEvent {}

  /// Somebody says that the chat does not exist any more, or that its newest snapshot does not.
  record Missed() implements FeedEvent {}

  /// There are parts of this episode, so it was committed.
  record PartsSeen(Episode episode) implements FeedEvent {}

  /// The reading in flight brought this. `bytesMax`: what the rows kept for viewers may take.
  record ReadDone(FeedRead read, long bytesMax) implements FeedEvent {}

  /// The reading in flight found no chat.
  record ReadFoundNothing() implements FeedEvent {}

  record ReadFailed() implements FeedEvent {}

  /// The wait after a failed reading is over.
  record BackoffOver() implements FeedEvent {}

  /// Nobody has come for a while after the last viewer left.
  record LingerOver() implements FeedEvent {}
}
