package chatd.engine.port;

/// `heldRowDeleted`: a row that this viewer can hold is gone. `lastIdAtHistory`: the largest id among
/// the rows that existed at the position's history version, 0 if none or no version was given.
public record ResumeFacts(boolean heldRowDeleted, long lastIdAtHistory) {}
