package chatd.server;

import chatd.core.message.ChatId;
import chatd.engine.port.Telemetry;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Writes what the loops report into the log.
///
/// Trouble comes in crowds, of every chat at once, and heals by itself: it is one line each, and the
/// trace is shown at debug. A bug is shown with all that is known.
public final class LogTelemetry implements Telemetry {
  private static final Logger LOG = LoggerFactory.getLogger(LogTelemetry.class);

  @Override
  public void trouble(String what, Throwable cause) {
    if (LOG.isDebugEnabled()) {
      LOG.warn("Trouble with {}", what, cause);
    } else {
      LOG.warn("Trouble with {}: {}", what, cause.toString());
    }
  }

  @Override
  public void broken(String about, Throwable cause) {
    LOG.error("Broken invariant in {}", about, cause);
  }

  @Override
  public void turnStarted(ChatId chat) {
    LOG.debug("Turn of chat {} started", chat);
  }

  @Override
  public void turnEnded(ChatId chat) {
    LOG.debug("Turn of chat {} ended", chat);
  }

  @Override
  public void attemptFailed(ChatId chat, String kind) {
    LOG.info("An attempt of chat {} failed: {}", chat, kind);
  }
}
