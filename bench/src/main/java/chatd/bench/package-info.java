/// Load tools and benchmarks: each measures figures that chatd has to reach, against real
/// processes.
///
/// Entered by `bench/run`. Not shipped, and known to no other module. Stays out: tests of
/// behaviour.
@NullMarked
package chatd.bench;

import org.jspecify.annotations.NullMarked;
