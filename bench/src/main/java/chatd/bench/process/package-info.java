/// The processes that are measured, and what the operating system says about them.
///
/// Entered by the benchmarks. Stays out: what the processes are asked to do.
@NullMarked
package chatd.bench.process;

import org.jspecify.annotations.NullMarked;
