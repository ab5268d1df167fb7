package chatd.core.message;

import java.time.Instant;

/// A committed message. Rows are inserted or deleted, never changed.
///
/// `id` orders a history; `revision` is the history version in which the row was inserted.
public record Message(long id, long revision, Instant createdAt, MessageBody body) {}
