package chatd.server;

import chatd.core.message.ChatId;
import chatd.core.turn.ModelFault;
import chatd.engine.port.FailedAttempt;
import chatd.engine.port.StoreException;
import chatd.engine.port.Telemetry;
import chatd.engine.port.Time;
import java.time.Duration;
import java.util.Locale;
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
    this(time, LoggerFactory.getLogger("chatd.engine")); // The loops speak, by this class.
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
      log.warn("Trouble with {}: {}", what, reason(cause));
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
  public void attemptFailed(ChatId chat, FailedAttempt attempt) {
    var number = attempt.number() + " of " + attempt.numberMax();
    var nextTry = attempt.nextTry();
    if (nextTry == null) {
      log.warn(
          "Attempt {} of chat {} failed and the turn with it: {}",
          number,
          chat,
          reason(attempt.fault()));
    } else {
      log.info(
          "Attempt {} of chat {} failed: {}; next try in {}",
          number,
          chat,
          reason(attempt.fault()),
          seconds(nextTry));
    }
  }

  /// Figures are for those who collect figures.
  @Override
  public void firstPart(Duration waited) {}

  @Override
  public void happened(Happening what, int times) {}

  /// What providers write themselves stays out: it may quote a key or a conversation.
  private static String reason(ModelFault fault) {
    var error = fault.error();
    var provider = error.provider() == null ? "the provider" : "provider " + error.provider();
    var status = error.statusCode();
    var what =
        switch (fault.kind()) {
          case REFUSED -> " answered with an error";
          case UNREACHABLE -> " could not be reached";
          case DROPPED -> " broke its answer off";
          case SILENT -> " sent nothing for too long";
          case MALFORMED -> " sent what is no answer";
          case CANCELLED -> " was asked to stop";
        };
    var kind = error.kind().name().toLowerCase(Locale.ROOT);
    return provider + what + (status == null ? "" : ", status " + status) + " (" + kind + ")";
  }

  private static String seconds(Duration time) {
    return Math.max(1, time.plusMillis(500).toSeconds()) + " s";
  }

  /// The store's own words say all, without the name of a class.
  private static String reason(Throwable cause) {
    return cause instanceof StoreException ? String.valueOf(cause.getMessage()) : cause.toString();
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
