/// The fuzzer: hostile and random requests to real replicas, and what must hold all the same.
///
/// Entered by the benchmark of this name. An [chatd.bench.fuzz.Attack] makes and sends; a
/// [chatd.bench.user.Judge] says what is wrong about an answer; [chatd.bench.fuzz.Faults] keeps it
/// with what is needed to do it again. Stays out: starting processes, and tables of figures.
@NullMarked
package chatd.bench.fuzz;

import org.jspecify.annotations.NullMarked;
