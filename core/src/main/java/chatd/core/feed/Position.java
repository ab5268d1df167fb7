package chatd.core.feed;

import chatd.core.part.Episode;

/// How far a viewer was brought: the snapshot, the episode and the last part of it, and the largest
/// message id that its client can hold.
record Position(long snapshot, Episode episode, long seq, long heldUpTo) {

  Cursor cursor() {
    return new Cursor(episode.historyVersion(), episode.attempt(), seq, heldUpTo);
  }

  Position holding(long id) {
    return new Position(snapshot, episode, seq, Math.max(heldUpTo, id));
  }

  Position at(long part) {
    return new Position(snapshot, episode, part, heldUpTo);
  }
}
