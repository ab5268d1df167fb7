package chatd.server.demo;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// One of the replicas, and the viewer that watches the chat there.
///
/// @param since when `life` became what it is, on the clock of the demo
/// @param address null before it was ready for the first time; afterwards always the same
/// @param pid of its process, also when that has ended
record Actor(Life life, Duration since, long pid, @Nullable String address, Viewer viewer) {

  enum Life {
    STARTING,
    ALIVE,
    FROZEN,
    GONE
  }

  /// @param connected whether its stream is open
  record Viewer(boolean connected, Sight sight) {}

  static final Actor UNSEEN =
      new Actor(Life.GONE, Duration.ZERO, 0, null, new Viewer(false, Sight.NOTHING));

  Actor becomes(Life next, Duration now) {
    return new Actor(next, now, pid, address, viewer);
  }

  Actor started(long process, Duration now) {
    return new Actor(Life.STARTING, now, process, address, viewer);
  }

  Actor ready(String at, Duration now) {
    return new Actor(Life.ALIVE, now, pid, at, viewer);
  }

  Actor with(Viewer other) {
    return new Actor(life, since, pid, address, other);
  }
}
