package chatd.server.postgres;

import java.util.concurrent.atomic.LongAdder;

/// Hints since the start, the signs that a replica sends itself among those sent: sent, received
/// from others, lost because the database did not take them; and how many sessions listened, one
/// after the other.
public record HintCounts(LongAdder sent, LongAdder received, LongAdder lost, LongAdder sessions) {
  HintCounts() {
    this(new LongAdder(), new LongAdder(), new LongAdder(), new LongAdder());
  }
}
