package chatd.server.postgres;

import java.util.concurrent.atomic.LongAdder;

/// What was asked of the database since the start: statements, without the beginning and the end of
/// transactions; transactions of several statements that were committed; and what went wrong.
public record DatabaseCounts(LongAdder statements, LongAdder transactions, LongAdder faults) {
  DatabaseCounts() {
    this(new LongAdder(), new LongAdder(), new LongAdder());
  }
}
