package chatd.engine.worker;

import static org.assertj.core.api.Assertions.assertThat;

import chatd.engine.fake.ManualTime;
import chatd.engine.fake.NotedTelemetry;
import chatd.engine.fake.OneThread;
import chatd.engine.port.Leftovers;
import chatd.engine.port.StoreException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// Deleting what is left over, in a time that the test makes.
class HousekeepingTest {
  private static final Duration PAUSE = Duration.ofMinutes(1);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(72);
  private static final int BATCH = 10;
  private static final int BATCHES = 3;

  private final ManualTime time = new ManualTime();
  private final OneThread thread = new OneThread(1);
  private final Attic attic = new Attic();
  private final NotedTelemetry telemetry = new NotedTelemetry();
  private double jitter = 0.5;
  private final Housekeeping housekeeping = housekeeping(attic);

  private Housekeeping housekeeping(Leftovers leftovers) {
    return new Housekeeping(
        leftovers,
        new Housekeeping.Surroundings(time, thread.group().threads(), () -> jitter, telemetry),
        new Housekeeping.Limits(PAUSE, BATCH, BATCHES));
  }

  private void pass(Duration length) {
    time.advance(length);
    thread.settle();
  }

  @Test
  void start_deletesEveryKind_afterAPauseAndAgainAfterEach() {
    for (var kind : Leftovers.Kind.values()) {
      attic.put(kind, 3);
    }
    housekeeping.start();
    pass(PAUSE.minusMillis(1));
    assertThat(attic.calls).isEmpty();

    pass(Duration.ofMillis(1));
    assertThat(attic.left()).isZero();
    assertThat(attic.calls).containsExactly(Leftovers.Kind.values());

    attic.put(Leftovers.Kind.TOMBSTONES, 1);
    pass(PAUSE);
    assertThat(attic.left()).isZero();
  }

  @Test
  void pause_differsFromReplicaToReplica() {
    jitter = 0;
    housekeeping.start();
    jitter = 1;
    var slower = new Attic();
    housekeeping(slower).start();

    pass(Duration.ofSeconds(48));
    assertThat(attic.calls).isNotEmpty();
    assertThat(slower.calls).isEmpty();
    pass(LONGEST_PAUSE.minusSeconds(48));
    assertThat(slower.calls).isNotEmpty();
  }

  @Test
  void manyLeftovers_areDeletedInBatches_soManyInARound() {
    attic.put(Leftovers.Kind.REQUEST_KEYS, 2 * BATCH * BATCHES);
    attic.put(Leftovers.Kind.TOMBSTONES, BATCH + 1);
    housekeeping.start();

    pass(PAUSE);
    assertThat(attic.largest).isEqualTo(BATCH);
    assertThat(attic.left(Leftovers.Kind.REQUEST_KEYS)).isEqualTo(BATCH * BATCHES);
    assertThat(attic.left(Leftovers.Kind.TOMBSTONES)).isZero();

    pass(PAUSE);
    assertThat(attic.left()).isZero();
  }

  @Test
  void fault_isReported_andNeitherEndsTheRoundNorTheLoop() {
    for (var kind : Leftovers.Kind.values()) {
      attic.put(kind, 1);
    }
    attic.faults.put(
        Leftovers.Kind.REQUEST_KEYS,
        new StoreException(StoreException.Kind.UNAVAILABLE, "out of reach"));
    attic.faults.put(Leftovers.Kind.DEAD_REPLICAS, new IllegalStateException("cannot be"));
    housekeeping.start();

    pass(PAUSE);
    assertThat(attic.left()).isEqualTo(2);
    assertThat(telemetry.troubles).containsExactly("deleting REQUEST_KEYS: out of reach");
    assertThat(telemetry.bugs).hasSize(1).first().asString().startsWith("deleting DEAD_REPLICAS: ");

    attic.faults.clear();
    pass(PAUSE);
    assertThat(attic.left()).isZero();
  }

  @Test
  void stop_beginsNothingMore() {
    attic.put(Leftovers.Kind.TOMBSTONES, 1);
    housekeeping.start();
    housekeeping.stop();
    pass(LONGEST_PAUSE.multipliedBy(3));
    assertThat(attic.calls).isEmpty();
    assertThat(time.pending()).isZero();
  }

  @Test
  void stop_duringARound_endsItAfterItsBatch_withoutAWordAboutTheStore() {
    attic.put(Leftovers.Kind.REQUEST_KEYS, BATCH * BATCHES);
    attic.faults.put(
        Leftovers.Kind.EXPIRED_TOKENS,
        new StoreException(StoreException.Kind.UNAVAILABLE, "closed"));
    attic.during = housekeeping::stop;
    housekeeping.start();

    pass(PAUSE);

    assertThat(attic.calls).containsExactly(Leftovers.Kind.REQUEST_KEYS);
    assertThat(telemetry.troubles).isEmpty();
    assertThat(telemetry.bugs).isEmpty();
    assertThat(time.pending()).isZero();
  }

  /// So many of each kind.
  private static final class Attic implements Leftovers {
    private final Map<Kind, Integer> counts = new EnumMap<>(Kind.class);
    final Map<Kind, RuntimeException> faults = new EnumMap<>(Kind.class);
    final List<Kind> calls = new ArrayList<>();
    int largest;
    @Nullable Runnable during;

    void put(Kind kind, int count) {
      counts.merge(kind, count, Integer::sum);
    }

    int left(Kind kind) {
      return counts.getOrDefault(kind, 0);
    }

    int left() {
      return counts.values().stream().mapToInt(count -> count).sum();
    }

    @Override
    public int delete(Kind kind, int max) {
      calls.add(kind);
      if (during != null) {
        during.run();
      }
      var fault = faults.get(kind);
      if (fault != null) {
        throw fault;
      }
      var deleted = Math.min(max, left(kind));
      largest = Math.max(largest, deleted);
      counts.put(kind, left(kind) - deleted);
      return deleted;
    }
  }
}
