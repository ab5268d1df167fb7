package chatd.server.metrics;

import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.Timer;
import java.util.concurrent.TimeUnit;

/// How many requests were answered here, and how soon. Each label has a few values that the program
/// knows beforehand.
public final class RequestTimes {
  private final Meter.MeterProvider<Timer> times;

  public RequestTimes(Meters meters) {
    times =
        Timer.builder("http.requests")
            .description("From the end of a request's headers to the beginning of its answer")
            .withRegistry(meters.registry());
  }

  /// A request of this kind was answered after so long. `status` is its class, such as `2xx`.
  public void answered(String method, String route, String status, long nanos) {
    times
        .withTags("method", method, "route", route, "status", status)
        .record(nanos, TimeUnit.NANOSECONDS);
  }
}
