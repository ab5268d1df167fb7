package chatd.server.metrics;

import chatd.core.turn.ModelFault;
import chatd.engine.port.FailedAttempt;
import chatd.engine.port.Telemetry.Happening;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.LongAdder;

/// What the loops report, in figures. Each is cheap to raise by any thread.
public final class LoopCounts {
  private static final Duration[] WAITED = {
    Duration.ofMillis(100),
    Duration.ofMillis(250),
    Duration.ofMillis(500),
    Duration.ofSeconds(1),
    Duration.ofMillis(2500),
    Duration.ofSeconds(5),
    Duration.ofSeconds(10),
    Duration.ofSeconds(30),
    Duration.ofSeconds(60),
    Duration.ofMinutes(5)
  };

  private final Counter troubles;
  private final Counter broken;
  private final Counter started;
  private final Counter ended;
  private final Timer firstPart;
  private final Map<ModelFault.Kind, Outcomes> attempts = new EnumMap<>(ModelFault.Kind.class);
  private final Map<Happening, LongAdder> happenings = new EnumMap<>(Happening.class);

  private record Outcomes(Counter retried, Counter gaveUp) {}

  public LoopCounts(Meters meters) {
    var registry = meters.registry();
    troubles = counter(registry, "troubles", "What went wrong and heals by itself");
    broken = counter(registry, "broken", "Bugs: what cannot be, was");
    started = counter(registry, "turns.started", "Turns that this replica took up");
    ended = counter(registry, "turns.ended", "Turns that this replica finished or gave up");
    firstPart =
        Timer.builder("provider.first.part")
            .description("From asking the model to the first part of its answer")
            .serviceLevelObjectives(WAITED)
            .register(registry);
    for (var kind : ModelFault.Kind.values()) {
      attempts.put(
          kind, new Outcomes(failed(registry, kind, "retry"), failed(registry, kind, "end")));
    }
    for (var what : Happening.values()) {
      var adder = new LongAdder();
      happenings.put(what, adder);
      meters.count(name(what), help(what), adder::sum);
    }
    meters.gauge("links.dialled", "Links to other replicas that are open", this::openLinks);
  }

  private static Counter counter(MeterRegistry registry, String name, String help) {
    return Counter.builder(name).description(help).register(registry);
  }

  private static Counter failed(MeterRegistry registry, ModelFault.Kind kind, String then) {
    return Counter.builder("attempts.failed")
        .description("Model requests that went wrong; then: whether the step was tried again")
        .tag("kind", kind.name().toLowerCase(Locale.ROOT))
        .tag("then", then)
        .register(registry);
  }

  private static String name(Happening what) {
    return switch (what) {
      case STEP_COMMITTED -> "steps";
      case HINT_REPAIRED -> "hints.repaired";
      case TAKEOVER -> "takeovers";
      case LEASE_LOST -> "leases.lost";
      case DIALLED -> "dials";
      case DIAL_FAILED -> "dials.failed";
      case LINK_OPENED -> "links.opened";
      case LINK_ENDED -> "links.ended";
      case LINK_CUT -> "links.cut";
    };
  }

  private static String help(Happening what) {
    return switch (what) {
      case STEP_COMMITTED -> "Steps that were committed: answers of the model, rounds of tools";
      case HINT_REPAIRED -> "News found by comparing, whose hint was lost or late";
      case TAKEOVER -> "Chats freed from replicas that this one declared dead";
      case LEASE_LOST -> "How often this replica found itself declared dead";
      case DIALLED -> "Dials to other replicas";
      case DIAL_FAILED -> "Dials that came to nothing";
      case LINK_OPENED -> "Links to other replicas that were opened";
      case LINK_ENDED -> "Links to other replicas that ended";
      case LINK_CUT -> "Links that ended while parts were wanted on them";
    };
  }

  private long openLinks() {
    var over = sum(Happening.LINK_ENDED); // First: what is opened meanwhile counts as open.
    return sum(Happening.LINK_OPENED) - over;
  }

  private long sum(Happening what) {
    return adder(what).sum();
  }

  private LongAdder adder(Happening what) {
    return Objects.requireNonNull(happenings.get(what));
  }

  void trouble() {
    troubles.increment();
  }

  void broken() {
    broken.increment();
  }

  void turnStarted() {
    started.increment();
  }

  void turnEnded() {
    ended.increment();
  }

  void attemptFailed(FailedAttempt attempt) {
    var outcomes = Objects.requireNonNull(attempts.get(attempt.fault().kind()));
    (attempt.nextTry() == null ? outcomes.gaveUp() : outcomes.retried()).increment();
  }

  void firstPart(Duration waited) {
    firstPart.record(waited);
  }

  void happened(Happening what, int times) {
    adder(what).add(times);
  }
}
