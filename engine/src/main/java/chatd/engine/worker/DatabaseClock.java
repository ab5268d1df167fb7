package chatd.engine.worker;

import chatd.engine.port.Time;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// The database's time, as the last heartbeat brought it and our own clock has counted on since. It
/// is never ahead of it: an answer takes its time.
final class DatabaseClock {
  private final Time time;
  private volatile @Nullable Reading last;

  private record Reading(Instant now, long at) {}

  DatabaseClock(Time time) {
    this.time = time;
  }

  /// The database said that it is `now`.
  void is(Instant now) {
    last = new Reading(now, time.nanos());
  }

  /// How long it is until `due`, at most `longest`; that long if nobody has asked the database yet.
  Duration until(Instant due, Duration longest) {
    var reading = last;
    if (reading == null) {
      return longest;
    }
    var left = Duration.between(reading.now().plusNanos(time.nanos() - reading.at()), due);
    return left.compareTo(longest) < 0 ? left : longest;
  }
}
