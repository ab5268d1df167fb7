package chatd.bench.chaos;

import chatd.bench.user.Dice;
import chatd.bench.user.Tally;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;

/// What all authors and viewers of one run share.
///
/// @param ports at which replicas are reached, whoever is behind them
/// @param calm open when nothing bad happens any more
record World(
    List<Integer> ports,
    String token,
    Chronicle chronicle,
    Violations violations,
    Takeovers takeovers,
    Figures figures,
    CountDownLatch calm) {

  World {
    ports = List.copyOf(ports);
  }

  /// What is counted.
  ///
  /// @param requests of authors, by what they asked for and how that was answered; 0: not at all
  /// @param connections of viewers that were made
  record Figures(Tally requests, LongAdder parts, LongAdder connections, LongAdder frames) {
    Figures() {
      this(new Tally(), new LongAdder(), new LongAdder(), new LongAdder());
    }
  }

  /// Whether nothing bad happens any more, and nobody wants anything new.
  boolean isCalm() {
    return calm.getCount() == 0;
  }

  /// Rests, at most until it is calm.
  void rest(Duration time) throws InterruptedException {
    var _ = calm.await(time.toMillis(), TimeUnit.MILLISECONDS);
  }

  int anyPort(Dice dice) {
    return dice.of(ports);
  }
}
