package chatd.core.turn;

import chatd.core.chat.ChatError;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// How a model request went wrong.
///
/// `error` is what people are told; its `retryable` says whether another attempt may help.
/// `retryAfter` is how long the provider asked us to wait.
public record ModelFault(Kind kind, ChatError error, @Nullable Duration retryAfter) {

  public enum Kind {
    /// The provider answered with an error, before or inside the stream.
    REFUSED,
    /// No connection, or none in time.
    UNREACHABLE,
    /// The stream ended before the provider said that the answer is complete.
    DROPPED,
    /// Nothing came for the silence limit.
    SILENT,
    /// What came is not what the protocol allows.
    MALFORMED,
    /// We broke it off.
    CANCELLED
  }
}
