package chatd.bench.fuzz;

/// Something that must not be, and what is needed to do it again.
///
/// @param what in one line, the same for the same kind of fault
/// @param sent what was sent, shortened
public record Fault(String attack, int thread, long step, String what, String sent) {}
