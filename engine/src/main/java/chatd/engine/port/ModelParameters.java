package chatd.engine.port;

import chatd.core.message.RawJson;
import java.math.BigDecimal;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// How a model is asked; null: as its provider does by itself. `providerOptions` are passed on as
/// they are, each at the top of the request.
public record ModelParameters(
    @Nullable Long maxOutputTokens,
    Sampling sampling,
    @Nullable BigDecimal presencePenalty,
    @Nullable BigDecimal frequencyPenalty,
    Map<String, RawJson> providerOptions) {
  public static final ModelParameters NONE =
      new ModelParameters(null, new Sampling(null, null, null), null, null, Map.of());

  /// How the next token is drawn.
  public record Sampling(
      @Nullable BigDecimal temperature, @Nullable BigDecimal topP, @Nullable Long topK) {}

  public ModelParameters {
    providerOptions = Collections.unmodifiableMap(new LinkedHashMap<>(providerOptions));
  }
}
