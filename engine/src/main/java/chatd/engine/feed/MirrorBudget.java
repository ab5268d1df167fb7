package chatd.engine.feed;

import java.util.concurrent.atomic.AtomicLong;

/// The memory that the mirrors of other replicas' part logs take, of all feeds of this replica.
///
/// When it is used up no mirror is begun: viewers of those chats see committed messages only, until
/// there is room. Mirrors that are there go on; each is bounded by the live text of one attempt.
final class MirrorBudget {
  private final long bytesMax;
  private final AtomicLong used = new AtomicLong();

  MirrorBudget(long bytesMax) {
    this.bytesMax = bytesMax;
  }

  boolean hasRoom() {
    return used.get() < bytesMax;
  }

  /// A mirror takes `now` bytes and took `before`.
  void changed(long before, long now) {
    used.addAndGet(now - before);
  }

  long used() {
    return used.get();
  }
}
