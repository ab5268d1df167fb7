package chatd.core.turn;

import static org.assertj.core.api.Assertions.assertThat;

import chatd.core.message.Usage;
import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class PricesTest {
  private static final Prices PRICES = prices("3", "15", "0.3", "3.75");

  @Test
  void of_inputAndOutput_isDollarsPerMillionTokens() {
    assertThat(PRICES.of(usage(1_000_000L, 0L, null, null))).isEqualByComparingTo("3000000");
    assertThat(PRICES.of(usage(100L, 10L, null, null))).isEqualByComparingTo("450");
    assertThat(prices("0.15", "0.6", null, null).of(usage(7L, 1L, null, null)))
        .isEqualByComparingTo("1.65");
  }

  @Test
  void of_cachedTokens_areAmongTheInput_atTheirOwnPrice() {
    assertThat(PRICES.of(usage(100L, 0L, 60L, 20L))).isEqualByComparingTo("153");
    assertThat(prices("3", "15", null, null).of(usage(100L, 0L, 60L, 20L)))
        .isEqualByComparingTo("300");
    assertThat(PRICES.of(usage(10L, 0L, 60L, null))).isEqualByComparingTo("18");
  }

  @Test
  void of_whatNobodyCountedOrPriced_isUnknown() {
    assertThat(PRICES.of(null)).isNull();
    assertThat(PRICES.of(usage(null, 1L, null, null))).isNull();
    assertThat(PRICES.of(usage(1L, null, null, null))).isNull();
    assertThat(prices("3", null, null, null).of(usage(1L, 1L, null, null))).isNull();
    assertThat(prices(null, "15", "0.3", null).of(usage(60L, 1L, 60L, null))).isNotNull();
    assertThat(Prices.UNKNOWN.of(usage(1L, 0L, null, null))).isNull();
  }

  @Test
  void of_nothing_costsNothing() {
    assertThat(Prices.UNKNOWN.of(usage(0L, 0L, null, null))).isEqualByComparingTo("0");
    assertThat(Prices.FREE.of(usage(9L, 9L, 1L, 1L))).isEqualByComparingTo("0");
  }

  private static Usage usage(
      @Nullable Long input, @Nullable Long output, @Nullable Long read, @Nullable Long written) {
    return new Usage(input, output, null, null, written, read, null);
  }

  private static Prices prices(
      @Nullable String input,
      @Nullable String output,
      @Nullable String read,
      @Nullable String written) {
    return new Prices(price(input), price(output), price(read), price(written));
  }

  private static @Nullable BigDecimal price(@Nullable String dollars) {
    return dollars == null ? null : new BigDecimal(dollars);
  }
}
