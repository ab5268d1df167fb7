package chatd.server.metrics;

import chatd.core.message.ChatId;
import chatd.engine.port.FailedAttempt;
import chatd.engine.port.Telemetry;
import java.time.Duration;

/// Counts what is reported, and hands it on.
public record MeteredTelemetry(LoopCounts counts, Telemetry next) implements Telemetry {

  @Override
  public void trouble(String what, Throwable cause) {
    counts.trouble();
    next.trouble(what, cause);
  }

  @Override
  public void broken(String about, Throwable cause) {
    counts.broken();
    next.broken(about, cause);
  }

  @Override
  public void turnStarted(ChatId chat) {
    counts.turnStarted();
    next.turnStarted(chat);
  }

  @Override
  public void turnEnded(ChatId chat) {
    counts.turnEnded();
    next.turnEnded(chat);
  }

  @Override
  public void attemptFailed(ChatId chat, FailedAttempt attempt) {
    counts.attemptFailed(attempt);
    next.attemptFailed(chat, attempt);
  }

  @Override
  public void firstPart(Duration waited) {
    counts.firstPart(waited);
    next.firstPart(waited);
  }

  @Override
  public void happened(Happening what, int times) {
    counts.happened(what, times);
    next.happened(what, times);
  }
}
