/// Clients of chatd that cost little themselves: requests, many WebSockets on one thread, and
/// readers that stall.
///
/// Entered by the benchmarks. Stays out: figures and verdicts.
@NullMarked
package chatd.bench.client;

import org.jspecify.annotations.NullMarked;
