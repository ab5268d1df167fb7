package chatd.server;

import chatd.core.message.ChatId;
import chatd.engine.port.Telemetry;
import chatd.engine.port.Time;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Writes what the loops report into the log.
///
/// Trouble heals by itself, and when the database is away it is that of every chat at once: it is
/// one line each, of which only so many are shown in a while. A bug is shown with all that is
/// known.
public final class LogTelemetry implements Telemetry {
  private static final int SHOWN_MAX = 20;
  private static final Duration WHILE = Duration.ofSeconds(10);

  private final Time time;
  private final Logger log;

  // Guarded by this.
  private long since;
  private int troubles;

  public LogTelemetry(Time time) {
    this(time, LoggerFactory.getLogger(LogTelemetry.class));
  }

  LogTelemetry(Time time, Logger log) {
    this.time = time;
    this.log = log;
    this.since = time.nanos();
  }

  @Override
  public void trouble(String what, Throwable cause) {
    if (log.isDebugEnabled()) {
      log.warn("Trouble with {}", what, cause);
      return;
    }
    var hidden = count();
    if (hidden > 0) {
      log.warn("There were {} more troubles like those above", hidden);
    }
    if (hidden >= 0) {
      log.warn("Trouble with {}: {}", what, cause.toString());
    }
  }

  @Override
  public void broken(String about, Throwable cause) {
    log.error("Broken invariant in {}", about, cause);
  }

  @Override
  public void turnStarted(ChatId chat) {
    log.debug("Turn of chat {} started", chat);
  }

  @Override
  public void turnEnded(ChatId chat) {
    log.debug("Turn of chat {} ended", chat);
  }

  @Override
  public void attemptFailed(ChatId chat, String kind) {
    log.info("An attempt of chat {} failed: {}", chat, kind);
  }

  /// Counts one trouble. Negative: it is not to be shown. Otherwise how many were hidden before it.
  private synchronized int count() {
    var hidden = 0;
    if (time.nanos() - since >= WHILE.toNanos()) {
      hidden = Math.max(0, troubles - SHOWN_MAX);
      since = time.nanos();
      troubles = 0;
    }
    troubles++;
    return troubles > SHOWN_MAX ? -1 : hidden;
  }
}
