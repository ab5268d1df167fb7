package chatd.core.feed;

import org.jspecify.annotations.Nullable;

/// A resuming position: complete up to history version `history` (null: not known), holding the
/// rows up to id `heldUpTo` (null: those that existed at `history`); asked about at `now`, the
/// history version of the sync.
public record ResumeQuery(@Nullable Long history, @Nullable Long heldUpTo, long now) {}
