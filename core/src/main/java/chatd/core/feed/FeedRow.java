package chatd.core.feed;

/// A committed message as viewers see it: `message` is its encoded `message` object.
@SuppressWarnings("ArrayRecordComponent") // Shared bytes, never compared.
public record FeedRow(long id, long revision, byte[] message) {}
