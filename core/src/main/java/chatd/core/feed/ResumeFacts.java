package chatd.core.feed;

/// `heldRowDeleted`: a row that this viewer can hold is gone. `lastIdAtHistory`: the largest id
/// among the rows that existed at the position's history version, those deleted since included as
/// far as the cuts name them; 0 if none or if no version was given.
///
/// Rows deleted after the history version of the sync count as existing: the next sync is where
/// their deletion is told.
public record ResumeFacts(boolean heldRowDeleted, long lastIdAtHistory) {}
