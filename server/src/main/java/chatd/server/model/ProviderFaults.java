package chatd.server.model;

import chatd.core.chat.ChatError;
import chatd.core.chat.ChatError.Kind;
import chatd.core.turn.ModelFault;
import chatd.server.wire.ErrorText;
import java.io.IOException;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.net.http.HttpConnectTimeoutException;
import java.security.cert.CertificateException;
import java.time.Duration;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/// Says what went wrong with one provider's answer, in words for the person in front of the chat.
///
/// The provider's own words stand in the detail: cut to 4 KiB, and without the key, which some
/// providers repeat.
record ProviderFaults(String provider, @Nullable ApiKey key) {
  /// The provider answered with a status that is not 200.
  ModelFault status(int status, ProviderError said, @Nullable Duration retryAfter) {
    return refused(verdict(status, said), said.message(), status, retryAfter);
  }

  /// The provider broke its answer off with an error.
  ModelFault inStream(ProviderError said) {
    var status = httpStatus(said.code());
    return refused(verdict(status == null ? 500 : status, said), said.message(), status, null);
  }

  /// The provider ended its answer for a reason that is no end.
  ModelFault contentFilter() {
    return refused(Verdict.CONTENT_FILTER, "", null, null);
  }

  ModelFault overloaded() {
    return refused(Verdict.OVERLOADED, "", null, null);
  }

  /// The connection did not come about, or broke before the first byte of an answer.
  ModelFault beforeAnswer(IOException broken) {
    if (broken instanceof AddressRules.NotAllowed) {
      return notAllowed();
    }
    if (broken instanceof UnknownHostException) {
      return unreachable(Kind.GENERIC, "The model provider could not be reached.", true);
    }
    if (broken instanceof HttpConnectTimeoutException) {
      return unreachable(Kind.TIMEOUT, "The model provider could not be reached in time.", true);
    }
    if (isUntrusted(broken)) {
      return unreachable(Kind.CONFIG, "The model provider's certificate is not trusted.", false);
    }
    if (broken instanceof ConnectException || broken instanceof SSLException) {
      return unreachable(Kind.GENERIC, "The model provider could not be reached.", true);
    }
    return dropped();
  }

  /// The stream ended too early.
  ModelFault dropped() {
    return fault(
        ModelFault.Kind.DROPPED,
        error(Kind.GENERIC, "The connection to the model provider was lost.", true, "", null));
  }

  /// What came cannot be understood; another attempt may bring something better.
  ModelFault malformed(String detail) {
    return fault(
        ModelFault.Kind.MALFORMED,
        error(
            Kind.GENERIC, "The model provider sent something unintelligible.", true, detail, null));
  }

  /// What came is no event stream at all: the address is not that of a chat completions API.
  ModelFault notAStream(String contentType) {
    return fault(
        ModelFault.Kind.MALFORMED,
        error(
            Kind.CONFIG,
            "The model provider's address does not answer as it should.",
            false,
            "It answered with " + contentType + " instead of an event stream.",
            null));
  }

  /// The tool calls of one step pass a limit, which another attempt would not change.
  ModelFault callsTooLarge(String limit) {
    return fault(
        ModelFault.Kind.MALFORMED,
        error(Kind.GENERIC, "The model's tool calls are too large.", false, limit, null));
  }

  /// Nothing was sent: the provider is at an address to which no request may go.
  ModelFault notAllowed() {
    return unreachable(
        Kind.CONFIG, "The model provider is at an address that is not allowed.", false);
  }

  /// Nothing was sent: an administrator has put the provider out of use.
  ModelFault disabled() {
    return notAsked(Kind.PROVIDER_DISABLED, "The model provider is disabled.", "");
  }

  /// Nothing was sent: the provider wants a key.
  ModelFault withoutKey(String detail) {
    return notAsked(Kind.MISSING_KEY, Verdict.MISSING_KEY.message, detail);
  }

  private ModelFault notAsked(Kind kind, String message, String detail) {
    return fault(ModelFault.Kind.REFUSED, error(kind, message, false, detail, null));
  }

  /// We broke it off.
  ModelFault cancelled() {
    return fault(
        ModelFault.Kind.CANCELLED,
        error(Kind.GENERIC, "The request was stopped.", false, "", null));
  }

  private Verdict verdict(int status, ProviderError said) {
    if (said.says("insufficient_quota") || said.says("billing_hard_limit_reached")) {
      return Verdict.USAGE_LIMIT;
    }
    if (said.says("content_filter") || said.says("content_policy_violation")) {
      return Verdict.CONTENT_FILTER;
    }
    if (said.says("invalid_api_key") || said.says("authentication_error")) {
      return Verdict.AUTH;
    }
    if (said.says("rate_limit_exceeded") || said.says("rate_limit_error")) {
      return Verdict.RATE_LIMIT;
    }
    if (said.says("overloaded_error") || said.says("overloaded")) {
      return Verdict.OVERLOADED;
    }
    if (said.says("invalid_request_error") && status >= 500) {
      return Verdict.BAD_REQUEST; // An error in the stream has no status of its own.
    }
    return switch (status) {
      case 401, 403 -> key == null ? Verdict.MISSING_KEY : Verdict.AUTH;
      case 402 -> Verdict.USAGE_LIMIT;
      case 404 -> Verdict.NOT_FOUND;
      case 408, 504 -> Verdict.TIMEOUT;
      case 429 -> Verdict.RATE_LIMIT;
      case 503, 529 -> Verdict.OVERLOADED;
      case 409 -> Verdict.FAILED;
      default -> status >= 500 ? Verdict.FAILED : Verdict.BAD_REQUEST;
    };
  }

  private ModelFault refused(
      Verdict verdict, String detail, @Nullable Integer status, @Nullable Duration retryAfter) {
    return new ModelFault(
        ModelFault.Kind.REFUSED,
        error(verdict.kind, verdict.message, verdict.retryable, detail, status),
        retryAfter);
  }

  private ModelFault unreachable(Kind kind, String message, boolean retryable) {
    return fault(ModelFault.Kind.UNREACHABLE, error(kind, message, retryable, "", null));
  }

  private static ModelFault fault(ModelFault.Kind kind, ChatError error) {
    return new ModelFault(kind, error, null);
  }

  private ChatError error(
      Kind kind, String message, boolean retryable, String detail, @Nullable Integer status) {
    var shown = ErrorText.cut(key == null ? detail : key.removedFrom(detail));
    return new ChatError(
        message, retryable, kind, shown.isEmpty() ? null : shown, provider, status);
  }

  private static boolean isUntrusted(IOException broken) {
    for (Throwable cause = broken; cause != null; cause = cause.getCause()) {
      if (cause instanceof CertificateException) {
        return true;
      }
    }
    return false;
  }

  private static @Nullable Integer httpStatus(String code) {
    return code.matches("[45]\\d\\d") ? Integer.valueOf(code) : null;
  }

  /// What an error of the provider means for the turn.
  private enum Verdict {
    AUTH(Kind.AUTH, false, "The model provider refused the API key."),
    MISSING_KEY(Kind.MISSING_KEY, false, "The model provider wants an API key; none is set."),
    USAGE_LIMIT(Kind.USAGE_LIMIT, false, "The account at the model provider is used up."),
    NOT_FOUND(Kind.CONFIG, false, "The model provider does not know this model."),
    BAD_REQUEST(Kind.CONFIG, false, "The model provider did not accept the request."),
    CONTENT_FILTER(
        Kind.CONTENT_FILTER, false, "The model provider's content rules ended the answer."),
    TIMEOUT(Kind.TIMEOUT, true, "The model provider ran out of time."),
    RATE_LIMIT(Kind.RATE_LIMIT, true, "The model provider takes no more requests at the moment."),
    OVERLOADED(Kind.OVERLOADED, true, "The model provider is overloaded."),
    FAILED(Kind.GENERIC, true, "The model provider failed.");

    private final Kind kind;
    private final boolean retryable;
    private final String message;

    Verdict(Kind kind, boolean retryable, String message) {
      this.kind = kind;
      this.retryable = retryable;
      this.message = message;
    }
  }
}
