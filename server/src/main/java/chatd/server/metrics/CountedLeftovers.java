package chatd.server.metrics;

import chatd.engine.port.Leftovers;
import chatd.engine.port.Time;
import java.time.Instant;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;

/// Counts what is deleted, and remembers when the last deletion of each kind went through: one that
/// found nothing, too. Before the first one that is the start.
public final class CountedLeftovers implements Leftovers {
  private final Leftovers leftovers;
  private final Time time;
  private final Map<Kind, Swept> swept = new EnumMap<>(Kind.class);

  private record Swept(LongAdder rows, AtomicReference<Instant> last) {}

  public CountedLeftovers(Leftovers leftovers, Time time, Meters meters) {
    this.leftovers = leftovers;
    this.time = time;
    for (var kind : Kind.values()) {
      var each = new Swept(new LongAdder(), new AtomicReference<>(time.now()));
      swept.put(kind, each);
      var label = kind.name().toLowerCase(Locale.ROOT);
      meters.count(
          "leftovers.deleted", "Rows deleted that were of no use", each.rows()::sum, "kind", label);
      meters.gauge(
          "leftovers.swept.timestamp.seconds",
          "When leftovers were last looked for, since 1970",
          () -> each.last().get().getEpochSecond(),
          "kind",
          label);
    }
  }

  @Override
  public int delete(Kind kind, int max) {
    var deleted = leftovers.delete(kind, max);
    var each = Objects.requireNonNull(swept.get(kind));
    each.rows().add(deleted);
    each.last().set(time.now());
    return deleted;
  }
}
