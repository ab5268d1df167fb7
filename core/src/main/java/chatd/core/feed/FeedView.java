package chatd.core.feed;

import chatd.core.part.PartLog;
import org.jspecify.annotations.Nullable;

/// What a feed has for its viewers at one moment.
///
/// `reads` tells a viewer whether a reading that started after it joined is done. `current` is the
/// newest snapshot, null before the first reading. `log` holds the parts of the current episode; it
/// is null when they are not here or may not be shown. `isMirrored`: they come from another
/// replica, which may have numbered more of them than are here.
public record FeedView(
    FeedState.Reads reads,
    @Nullable Snapshot current,
    Retained retained,
    @Nullable PartLog log,
    boolean isMirrored,
    FrameSizes sizes) {}
