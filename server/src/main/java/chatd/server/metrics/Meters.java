package chatd.server.metrics;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.FileDescriptorMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.core.instrument.config.MeterFilter;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;

/// Everything that is measured here, as Prometheus reads it.
///
/// What is counted on the way of a part is an adder that its owner has; it is read when somebody
/// asks. Figures of what is configured late may be added at any time.
public final class Meters implements AutoCloseable {
  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final JvmGcMetrics collections = new JvmGcMetrics();

  /// The registry itself forgets what nobody else holds.
  private final List<Object> kept = new ArrayList<>();

  public Meters() {
    registry.config().namingConvention(new PrefixedNames());
    // Named and measured as Prometheus does not have it; ours stand in for them.
    registry.config().meterFilter(MeterFilter.denyNameStartsWith("process.cpu.time"));
    registry.config().meterFilter(MeterFilter.denyNameStartsWith("system.cpu.count"));
    gauge("system.cpus", "Processors", Runtime.getRuntime()::availableProcessors);
    var self = ProcessHandle.current();
    kept.add(self);
    FunctionCounter.builder("process.cpu.seconds", self, Meters::busySeconds)
        .description("Processor time that this process used")
        .register(registry);
    collections.bindTo(registry);
    new JvmMemoryMetrics().bindTo(registry);
    new JvmThreadMetrics().bindTo(registry);
    new ProcessorMetrics().bindTo(registry);
    new FileDescriptorMetrics().bindTo(registry);
    new UptimeMetrics().bindTo(registry);
  }

  private static double busySeconds(ProcessHandle process) {
    return process.info().totalCpuDuration().orElse(Duration.ZERO).toMillis() / 1e3;
  }

  PrometheusMeterRegistry registry() {
    return registry;
  }

  /// A figure as it is at the moment. `tags` are names of labels and their values by turns.
  public void gauge(String name, String help, LongSupplier value, String... tags) {
    Gauge.builder(name, value, LongSupplier::getAsLong)
        .description(help)
        .tags(tags)
        .strongReference(true)
        .register(registry);
  }

  /// How often something has happened since the start.
  public synchronized void count(String name, String help, LongSupplier total, String... tags) {
    kept.add(total);
    FunctionCounter.builder(name, total, LongSupplier::getAsLong)
        .description(help)
        .tags(tags)
        .register(registry);
  }

  /// A sum that must not pass a limit: `used` and `limit`, in bytes, of one budget.
  public void budget(String name, LongSupplier used, LongSupplier limit) {
    gauge("budget.used.bytes", "Memory that is used of a budget", used, "budget", name);
    gauge("budget.limit.bytes", "Memory that a budget has", limit, "budget", name);
  }

  /// How many files this process may have open; more than it ever will if the system does not say.
  public long filesMax() {
    var max = registry.find("process.files.max").gauge();
    return max == null || !(max.value() > 0) ? Long.MAX_VALUE : (long) max.value();
  }

  /// All of it, in the text format of Prometheus.
  public String text() {
    return registry.scrape("text/plain; version=0.0.4; charset=utf-8");
  }

  @Override
  public void close() {
    collections.close();
    registry.close();
  }
}
