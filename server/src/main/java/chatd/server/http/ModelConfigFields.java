package chatd.server.http;

import static chatd.server.wire.ModelSettingsCodec.CACHE_READ_PRICE;
import static chatd.server.wire.ModelSettingsCodec.CACHE_WRITE_PRICE;
import static chatd.server.wire.ModelSettingsCodec.COST;
import static chatd.server.wire.ModelSettingsCodec.FREQUENCY_PENALTY;
import static chatd.server.wire.ModelSettingsCodec.INPUT_PRICE;
import static chatd.server.wire.ModelSettingsCodec.MAX_OUTPUT_TOKENS;
import static chatd.server.wire.ModelSettingsCodec.OUTPUT_PRICE;
import static chatd.server.wire.ModelSettingsCodec.PRESENCE_PENALTY;
import static chatd.server.wire.ModelSettingsCodec.PROVIDER_OPTIONS;
import static chatd.server.wire.ModelSettingsCodec.TEMPERATURE;
import static chatd.server.wire.ModelSettingsCodec.TOP_K;
import static chatd.server.wire.ModelSettingsCodec.TOP_P;

import chatd.core.message.RawJson;
import chatd.core.turn.Prices;
import chatd.engine.port.ModelDirectory.ModelEntry;
import chatd.engine.port.ModelParameters;
import chatd.engine.port.ProviderKind;
import chatd.server.wire.RequestFields;
import java.math.BigDecimal;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// What a request wants of a model. What is null was not said; `model_config` replaces the one
/// before as a whole.
record ModelConfigFields(
    @Nullable ProviderKind provider,
    @Nullable String model,
    @Nullable String displayName,
    @Nullable Boolean enabled,
    @Nullable Boolean isDefault,
    Context context,
    ModelEntry.@Nullable Asking asking) {
  private static final int NAME_MAX = 200;
  private static final long TOKENS_MAX = 1L << 40;
  private static final BigDecimal TWO = BigDecimal.valueOf(2);
  private static final BigDecimal PRICE_MAX = BigDecimal.valueOf(1_000_000);

  /// What a request to a provider is made of besides its options.
  private static final Set<String> RESERVED =
      Set.of("model", "messages", "system", "tools", "stream", "stream_options");

  record Context(@Nullable Long limit, @Nullable Long compressionThreshold) {}

  static ModelConfigFields read(RequestFields fields, boolean isNew) {
    if (isNew) {
      fields.require("provider");
      fields.require("model");
      fields.require("context_limit");
    }
    var kind = fields.text("provider");
    var read =
        new ModelConfigFields(
            kind == null ? null : ProviderKind.of(kind).orElse(null),
            name(fields, "model"),
            name(fields, "display_name"),
            fields.flag("enabled"),
            fields.flag("is_default"),
            new Context(
                fields.integer("context_limit", 1, TOKENS_MAX),
                fields.integer("compression_threshold", 0, 100)),
            asking(fields.object("model_config")));
    if (read.model != null && read.model.isEmpty()) {
      fields.refuse("model", "must not be empty");
    }
    RequestBody.requireTypes(fields);
    if (kind != null && read.provider == null) {
      throw ApiError.PROVIDER_INVALID.asException();
    }
    return read;
  }

  private static @Nullable String name(RequestFields fields, String field) {
    var text = fields.text(field);
    if (text == null) {
      return null;
    }
    var name = Whitespace.trimmed(text);
    if (name.codePointCount(0, name.length()) > NAME_MAX) {
      fields.refuse(field, "must have at most " + NAME_MAX + " characters");
    }
    return name;
  }

  private static ModelEntry.@Nullable Asking asking(@Nullable RequestFields fields) {
    if (fields == null) {
      return null;
    }
    var parameters =
        new ModelParameters(
            fields.integer(MAX_OUTPUT_TOKENS, 1, TOKENS_MAX),
            new ModelParameters.Sampling(
                fields.decimal(TEMPERATURE, BigDecimal.ZERO, TWO),
                fields.decimal(TOP_P, BigDecimal.ZERO, BigDecimal.ONE),
                fields.integer(TOP_K, 0, TOKENS_MAX)),
            fields.decimal(PRESENCE_PENALTY, TWO.negate(), TWO),
            fields.decimal(FREQUENCY_PENALTY, TWO.negate(), TWO),
            options(fields));
    return new ModelEntry.Asking(parameters, prices(fields.object(COST)));
  }

  private static Map<String, RawJson> options(RequestFields fields) {
    var options = fields.values(PROVIDER_OPTIONS);
    if (options == null) {
      return Map.of();
    }
    RESERVED.stream()
        .sorted()
        .filter(options::containsKey)
        .forEach(name -> fields.refuse(PROVIDER_OPTIONS + "." + name, "is set by the server"));
    return options;
  }

  private static Prices prices(@Nullable RequestFields fields) {
    return fields == null
        ? Prices.UNKNOWN
        : new Prices(
            price(fields, INPUT_PRICE),
            price(fields, OUTPUT_PRICE),
            price(fields, CACHE_READ_PRICE),
            price(fields, CACHE_WRITE_PRICE));
  }

  private static @Nullable BigDecimal price(RequestFields fields, String name) {
    return fields.decimal(name, BigDecimal.ZERO, PRICE_MAX);
  }

  /// The model with what was said. An empty name for people removes it.
  ModelEntry on(ModelEntry before) {
    var shown = displayName == null ? before.names().displayName() : displayName;
    var threshold = context.compressionThreshold();
    return new ModelEntry(
        before.id(),
        provider == null ? before.provider() : provider,
        new ModelEntry.Names(
            model == null ? before.names().model() : model,
            shown == null || shown.isEmpty() ? null : shown),
        new ModelEntry.Use(
            enabled == null ? before.use().enabled() : enabled,
            isDefault == null ? before.use().isDefault() : isDefault),
        new ModelEntry.Context(
            context.limit() == null ? before.context().limit() : context.limit(),
            threshold == null ? before.context().compressionThreshold() : threshold.intValue()),
        asking == null ? before.asking() : asking,
        before.times());
  }
}
