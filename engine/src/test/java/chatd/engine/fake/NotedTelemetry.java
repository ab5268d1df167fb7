package chatd.engine.fake;

import chatd.core.message.ChatId;
import chatd.engine.port.FailedAttempt;
import chatd.engine.port.Telemetry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/// Notes down what loops report, for a test to look at.
public final class NotedTelemetry implements Telemetry {
  /// What it was about and the reason.
  public final List<String> troubles = new ArrayList<>();

  /// Likewise.
  public final List<String> bugs = new ArrayList<>();

  public final List<Duration> firstParts = new ArrayList<>();
  public final Map<Happening, Integer> counted = new EnumMap<>(Happening.class);

  @Override
  public void trouble(String what, Throwable cause) {
    troubles.add(what + ": " + cause.getMessage());
  }

  @Override
  public void broken(String about, Throwable cause) {
    bugs.add(about + ": " + cause);
  }

  @Override
  public void turnStarted(ChatId chat) {}

  @Override
  public void turnEnded(ChatId chat) {}

  @Override
  public void attemptFailed(ChatId chat, FailedAttempt attempt) {}

  @Override
  public void firstPart(Duration waited) {
    firstParts.add(waited);
  }

  @Override
  public void happened(Happening what, int times) {
    counted.merge(what, times, Integer::sum);
  }
}
