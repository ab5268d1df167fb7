package chatd.core.feed;

import java.util.ArrayList;
import java.util.List;

/// Events on their way into one write: together at most what may be in flight to a viewer that is
/// behind, or one event that is larger by itself.
final class Batch {
  /// Bytes of one write, unless a single event takes more.
  static final int BYTES_MAX = 64 << 10;

  private static final int EVENTS_MAX = 256;

  /// Bytes around all events of a write.
  private static final int ENVELOPE = 32;

  private final List<ViewerAction.Outgoing> events = new ArrayList<>();
  private long bytes = ENVELOPE;

  boolean fits(StreamEvent event) {
    return events.isEmpty() || (events.size() < EVENTS_MAX && bytes + event.sizeMax() <= BYTES_MAX);
  }

  void add(StreamEvent event, Cursor position) {
    events.add(new ViewerAction.Outgoing(event, position));
    bytes += event.sizeMax();
  }

  boolean isEmpty() {
    return events.isEmpty();
  }

  ViewerAction.Write write(long snapshot) {
    return new ViewerAction.Write(snapshot, events);
  }
}
