package chatd.server.model;

import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;

/// A count of tokens as a provider says it.
final class TokenCount {
  /// Far more than any request can have, and few enough to be added up and paid for.
  private static final long MAX = 1L << 40;

  private TokenCount() {}

  /// The value on which the parser stands. Nothing if it is no count, for no answer is worth less
  /// because of that.
  static @Nullable Long of(JsonParser json) {
    if (!json.isExpectedNumberIntToken()
        || json.getNumberType() == JsonParser.NumberType.BIG_INTEGER) {
      json.skipChildren();
      return null;
    }
    var count = json.getLongValue();
    return count < 0 || count > MAX ? null : (Long) count;
  }
}
