package chatd.server.wire;

import chatd.core.message.RawJson;
import chatd.core.turn.Prices;
import chatd.engine.port.ModelDirectory.ModelEntry.Asking;
import chatd.engine.port.ModelParameters;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;

/// The object `model_config` of a model: how it is asked and what that costs.
public final class ModelSettingsCodec {
  public static final String MAX_OUTPUT_TOKENS = "max_output_tokens";
  public static final String TEMPERATURE = "temperature";
  public static final String TOP_P = "top_p";
  public static final String TOP_K = "top_k";
  public static final String PRESENCE_PENALTY = "presence_penalty";
  public static final String FREQUENCY_PENALTY = "frequency_penalty";
  public static final String PROVIDER_OPTIONS = "provider_options";
  public static final String COST = "cost";
  public static final String INPUT_PRICE = "input_price_per_million_tokens";
  public static final String OUTPUT_PRICE = "output_price_per_million_tokens";
  public static final String CACHE_READ_PRICE = "cache_read_price_per_million_tokens";
  public static final String CACHE_WRITE_PRICE = "cache_write_price_per_million_tokens";

  private ModelSettingsCodec() {}

  /// As ASCII text.
  public static String encode(Asking asking) {
    return new String(Json.write(json -> write(json, asking)), StandardCharsets.US_ASCII);
  }

  static void write(JsonGenerator json, Asking asking) {
    var parameters = asking.parameters();
    json.writeStartObject();
    write(json, MAX_OUTPUT_TOKENS, parameters.maxOutputTokens());
    write(json, TEMPERATURE, parameters.sampling().temperature());
    write(json, TOP_P, parameters.sampling().topP());
    write(json, TOP_K, parameters.sampling().topK());
    write(json, PRESENCE_PENALTY, parameters.presencePenalty());
    write(json, FREQUENCY_PENALTY, parameters.frequencyPenalty());
    if (!parameters.providerOptions().isEmpty()) {
      json.writeObjectPropertyStart(PROVIDER_OPTIONS);
      parameters
          .providerOptions()
          .forEach((name, value) -> {
            json.writeName(name);
            Json.writeRaw(json, value);
          });
      json.writeEndObject();
    }
    if (!asking.prices().equals(Prices.UNKNOWN)) {
      json.writeObjectPropertyStart(COST);
      write(json, INPUT_PRICE, asking.prices().input());
      write(json, OUTPUT_PRICE, asking.prices().output());
      write(json, CACHE_READ_PRICE, asking.prices().cacheRead());
      write(json, CACHE_WRITE_PRICE, asking.prices().cacheWrite());
      json.writeEndObject();
    }
    json.writeEndObject();
  }

  /// What [#encode] has written.
  public static Asking decode(String text) {
    Map<String, BigDecimal> numbers = new HashMap<>();
    Map<String, RawJson> options = new LinkedHashMap<>();
    try (var json = Json.storedParser(text.getBytes(StandardCharsets.US_ASCII))) {
      json.nextToken();
      JsonFields.each(
          json,
          name -> {
            switch (name) {
              case PROVIDER_OPTIONS ->
                  JsonFields.each(json, option -> options.put(option, Json.copy(json)));
              case COST ->
                  JsonFields.each(
                      json, price -> numbers.put(price, new BigDecimal(json.getString())));
              default -> numbers.put(name, new BigDecimal(json.getString()));
            }
          });
    }
    return new Asking(
        new ModelParameters(
            integer(numbers.get(MAX_OUTPUT_TOKENS)),
            new ModelParameters.Sampling(
                numbers.get(TEMPERATURE), numbers.get(TOP_P), integer(numbers.get(TOP_K))),
            numbers.get(PRESENCE_PENALTY),
            numbers.get(FREQUENCY_PENALTY),
            options),
        new Prices(
            numbers.get(INPUT_PRICE),
            numbers.get(OUTPUT_PRICE),
            numbers.get(CACHE_READ_PRICE),
            numbers.get(CACHE_WRITE_PRICE)));
  }

  private static @Nullable Long integer(@Nullable BigDecimal number) {
    return number == null ? null : (Long) number.longValueExact();
  }

  private static void write(JsonGenerator json, String name, @Nullable Number number) {
    if (number != null) {
      json.writeName(name);
      json.writeNumber(number.toString());
    }
  }
}
