package chatd.engine.port;

import chatd.core.message.UserId;
import java.util.function.Function;

/// What makes a repeated request have one effect. Recorded in the transaction of the effect.
///
/// `fingerprint` identifies the request itself (method, path, body). `answer` makes the answer to
/// be recorded from what was done.
@SuppressWarnings("ArrayRecordComponent") // Compared with Arrays.equals by the store.
public record RequestKey(
    UserId user, String key, byte[] fingerprint, Function<Outcome.Done, StoredAnswer> answer) {}
