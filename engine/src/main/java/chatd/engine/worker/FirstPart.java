package chatd.engine.worker;

import chatd.core.message.ContentPart;
import chatd.core.part.Part;
import chatd.engine.port.ModelClient;
import chatd.engine.port.Telemetry;
import chatd.engine.port.Time;
import java.time.Duration;

/// Hands an answer on and tells how long its first part took, from the making of this on. Used by
/// one thread.
final class FirstPart implements ModelClient.Sink {
  private final ModelClient.Sink next;
  private final Time time;
  private final Telemetry telemetry;
  private final long askedAt;
  private boolean told;

  FirstPart(ModelClient.Sink next, Time time, Telemetry telemetry) {
    this.next = next;
    this.time = time;
    this.telemetry = telemetry;
    this.askedAt = time.nanos();
  }

  @Override
  public void part(Part part) {
    if (!told) {
      told = true;
      telemetry.firstPart(Duration.ofNanos(time.nanos() - askedAt));
    }
    next.part(part);
  }

  @Override
  public void state(ContentPart.ProviderState state) {
    next.state(state);
  }
}
