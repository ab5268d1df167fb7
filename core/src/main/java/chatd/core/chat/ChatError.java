package chatd.core.chat;

import org.jspecify.annotations.Nullable;

/// Why an attempt or a turn failed, in words for the person in front of the chat.
///
/// `retryable` is advice. `provider` and `statusCode` name who said so and how, where that is
/// known.
public record ChatError(
    String message,
    boolean retryable,
    Kind kind,
    @Nullable String detail,
    @Nullable String provider,
    @Nullable Integer statusCode) {

  /// The kinds that a stored error can have; clients know them by these names in lower case.
  public enum Kind {
    GENERIC,
    OVERLOADED,
    RATE_LIMIT,
    TIMEOUT,
    STARTUP_TIMEOUT,
    STREAM_SILENCE_TIMEOUT,
    AUTH,
    CONFIG,
    USAGE_LIMIT,
    MISSING_KEY,
    PROVIDER_DISABLED,
    CONTENT_FILTER
  }

  /// An error of our own, without a provider behind it.
  public static ChatError of(Kind kind, String message, boolean retryable) {
    return new ChatError(message, retryable, kind, null, null, null);
  }
}
