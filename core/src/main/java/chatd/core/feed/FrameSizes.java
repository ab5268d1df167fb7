package chatd.core.feed;

import chatd.core.part.Episode;

/// How many bytes stand around the value of a part when its frame is all that is written.
@FunctionalInterface
public interface FrameSizes {
  /// No fewer than for any frame that ends at or before `last`.
  int around(Framing framing, long snapshot, Episode episode, long first, long last);
}
