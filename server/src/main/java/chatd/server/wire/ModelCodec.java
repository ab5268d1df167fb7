package chatd.server.wire;

import chatd.engine.models.Provider;
import chatd.engine.port.ChatLists.Cost;
import chatd.engine.port.ModelCatalog.Offer;
import chatd.engine.port.ModelConfig;
import chatd.engine.port.ModelDirectory.ModelEntry;
import chatd.engine.port.ModelDirectory.Times;
import java.math.RoundingMode;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import tools.jackson.core.JsonGenerator;

/// Providers, models and what they cost. No key of a provider is ever written here.
public final class ModelCodec {
  private ModelCodec() {}

  /// What people can choose.
  public static byte[] offers(List<Offer> offers) {
    return Json.write(json -> {
      json.writeStartObject();
      json.writeArrayPropertyStart("providers");
      offers.forEach(offer -> write(json, offer));
      json.writeEndArray();
      json.writeEndObject();
    });
  }

  private static void write(JsonGenerator json, Offer offer) {
    json.writeStartObject();
    json.writeStringProperty("provider", offer.provider());
    json.writeBooleanProperty("available", offer.why() == null);
    if (offer.why() != null) {
      json.writeStringProperty("unavailable_reason", offer.why().name().toLowerCase(Locale.ROOT));
    }
    json.writeArrayPropertyStart("models");
    offer.models().forEach(model -> write(json, model));
    json.writeEndArray();
    json.writeEndObject();
  }

  private static void write(JsonGenerator json, ModelConfig model) {
    json.writeStartObject();
    json.writeStringProperty("id", model.id().toString());
    json.writeStringProperty("provider", model.provider());
    json.writeStringProperty("model", model.model());
    json.writeStringProperty("display_name", model.displayName());
    json.writeEndObject();
  }

  public static byte[] provider(Provider provider) {
    return Json.write(json -> write(json, provider));
  }

  public static byte[] providers(List<Provider> providers) {
    return Json.write(json -> {
      json.writeStartArray();
      providers.forEach(provider -> write(json, provider));
      json.writeEndArray();
    });
  }

  private static void write(JsonGenerator json, Provider provider) {
    var entry = provider.entry();
    var kind = entry.kind();
    var name = entry.displayName();
    var url = entry.baseUrl() == null ? kind.ownUrl() : entry.baseUrl();
    json.writeStartObject();
    json.writeStringProperty("id", entry.id().toString());
    json.writeStringProperty("provider", kind.wireName());
    json.writeStringProperty("display_name", name == null ? kind.displayName() : name);
    if (url != null) {
      json.writeStringProperty("base_url", url);
    }
    json.writeBooleanProperty("enabled", entry.enabled());
    json.writeBooleanProperty("has_api_key", provider.hasApiKey());
    json.writeStringProperty("source", provider.source().name().toLowerCase(Locale.ROOT));
    write(json, entry.times());
    json.writeEndObject();
  }

  public static byte[] model(ModelEntry model) {
    return Json.write(json -> write(json, model));
  }

  public static byte[] models(List<ModelEntry> models) {
    return Json.write(json -> {
      json.writeStartArray();
      models.forEach(model -> write(json, model));
      json.writeEndArray();
    });
  }

  private static void write(JsonGenerator json, ModelEntry model) {
    var shown = model.config();
    json.writeStartObject();
    json.writeStringProperty("id", model.id().toString());
    json.writeStringProperty("provider", shown.provider());
    json.writeStringProperty("model", shown.model());
    json.writeStringProperty("display_name", shown.displayName());
    json.writeBooleanProperty("enabled", model.use().enabled());
    json.writeBooleanProperty("is_default", model.use().isDefault());
    json.writeNumberProperty("context_limit", model.context().limit());
    json.writeNumberProperty("compression_threshold", model.context().compressionThreshold());
    json.writeName("model_config");
    ModelSettingsCodec.write(json, model.asking());
    write(json, model.times());
    json.writeEndObject();
  }

  private static void write(JsonGenerator json, Times times) {
    json.writeStringProperty("created_at", WireTime.format(times.createdAt()));
    json.writeStringProperty("updated_at", WireTime.format(times.updatedAt()));
  }

  /// Amounts in whole millionths of a US dollar: the sum is exact and rounded once.
  public static byte[] cost(UUID chat, Cost cost) {
    return Json.write(json -> {
      json.writeStartObject();
      json.writeStringProperty("chat_id", chat.toString());
      json.writeName("total_cost_micros");
      json.writeNumber(cost.micros().setScale(0, RoundingMode.HALF_UP).toPlainString());
      json.writeNumberProperty("request_count", cost.requests());
      json.writeNumberProperty("unpriced_request_count", cost.unpriced());
      json.writeEndObject();
    });
  }
}
