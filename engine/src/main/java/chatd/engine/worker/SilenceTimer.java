package chatd.engine.worker;

import chatd.engine.port.Time;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// Ends an attempt in which no part has come for a while. It looks at the time of the last part
/// when it goes off, so a part costs no timer.
final class SilenceTimer {
  private final Time time;
  private final Duration patience;
  private final Attempt attempt;
  private Time.@Nullable Timer timer;
  private boolean stopped;

  SilenceTimer(Time time, Duration patience, Attempt attempt) {
    this.time = time;
    this.patience = patience;
    this.attempt = attempt;
  }

  synchronized void start() {
    set(patience);
  }

  synchronized void stop() {
    stopped = true;
    if (timer != null) {
      timer.cancel();
    }
  }

  private void wentOff() {
    var left = patience.minusNanos(time.nanos() - attempt.lastPartAt());
    if (left.isPositive()) {
      again(left);
    } else {
      attempt.end(Attempt.End.SILENT);
    }
  }

  private synchronized void again(Duration left) {
    if (!stopped) {
      set(left);
    }
  }

  private void set(Duration delay) {
    timer = time.after(delay, this::wentOff);
  }
}
