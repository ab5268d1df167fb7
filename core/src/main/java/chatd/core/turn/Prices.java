package chatd.core.turn;

import chatd.core.message.Usage;
import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;

/// What a model costs, in US dollars per million tokens, which are millionths of a dollar per
/// token. What is null is not known; tokens from and into a cache then cost what other input costs.
public record Prices(
    @Nullable BigDecimal input,
    @Nullable BigDecimal output,
    @Nullable BigDecimal cacheRead,
    @Nullable BigDecimal cacheWrite) {
  /// Nothing is known.
  public static final Prices UNKNOWN = new Prices(null, null, null, null);

  public static final Prices FREE =
      new Prices(BigDecimal.ZERO, BigDecimal.ZERO, BigDecimal.ZERO, BigDecimal.ZERO);

  /// What a request cost, in millionths of a US dollar. Null: the provider did not say what it
  /// counted, or there were tokens whose price is not known.
  public @Nullable BigDecimal of(@Nullable Usage usage) {
    if (usage == null || usage.inputTokens() == null || usage.outputTokens() == null) {
      return null;
    }
    var read = orNone(usage.cacheReadTokens());
    var written = orNone(usage.cacheCreationTokens());
    // Tokens of a cache are among those of the input.
    var plain = Math.max(0, usage.inputTokens() - read - written);
    var cost = BigDecimal.ZERO;
    cost = plus(cost, plain, input);
    cost = plus(cost, read, cacheRead == null ? input : cacheRead);
    cost = plus(cost, written, cacheWrite == null ? input : cacheWrite);
    return plus(cost, usage.outputTokens(), output);
  }

  private static @Nullable BigDecimal plus(
      @Nullable BigDecimal cost, long tokens, @Nullable BigDecimal price) {
    if (tokens == 0 || cost == null) {
      return cost;
    }
    return price == null ? null : cost.add(price.multiply(BigDecimal.valueOf(tokens)));
  }

  private static long orNone(@Nullable Long tokens) {
    return tokens == null ? 0 : tokens;
  }
}
