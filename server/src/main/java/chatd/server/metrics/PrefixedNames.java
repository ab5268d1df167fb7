package chatd.server.metrics;

import io.micrometer.core.instrument.Meter;
import io.micrometer.prometheusmetrics.PrometheusNamingConvention;
import org.jspecify.annotations.Nullable;

/// Prometheus' way of naming, with every name ours: those of the JVM too.
final class PrefixedNames extends PrometheusNamingConvention {
  private static final String PREFIX = "chatd.";

  @Override
  public String name(String name, Meter.Type type, @Nullable String baseUnit) {
    return super.name(PREFIX + name, type, baseUnit);
  }
}
