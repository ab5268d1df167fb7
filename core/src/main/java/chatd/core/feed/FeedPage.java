package chatd.core.feed;

/// Which rows of a chat to read next: id above `afterId`, revision at most `revisionMax`, and
/// revision above `revisionAbove` or id above `idAbove` (0 and 0: all; `Long.MAX_VALUE` in one of
/// them: only the other counts). At most `rowsMax` rows and `bytesMax` bytes, but at least one row
/// if there is any.
public record FeedPage(
    long afterId, long revisionMax, long revisionAbove, long idAbove, int rowsMax, int bytesMax) {}
