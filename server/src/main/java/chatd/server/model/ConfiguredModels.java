package chatd.server.model;

import chatd.core.turn.Prices;
import chatd.engine.models.Configured;
import chatd.engine.models.Provider;
import chatd.engine.port.ModelClient;
import chatd.engine.port.ModelDirectory.ModelEntry;
import chatd.engine.port.ModelDirectory.ProviderEntry;
import chatd.engine.port.ModelDirectory.Times;
import chatd.engine.port.ModelParameters;
import chatd.engine.port.ProviderKind;
import chatd.engine.port.Time;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// What the settings offer: the demo provider, the provider that they name, and the model that they
/// choose.
///
/// Ids are made from the names, so that they are the same on every replica and after every start.
public final class ConfiguredModels implements AutoCloseable {
  /// The word for no model of the settings at all.
  private static final String NONE = "none";

  private static final String DEMO = ProviderKind.DEMO.wireName();
  private static final String OPENAI = ProviderKind.OPENAI.wireName();
  private static final long DEMO_CONTEXT_LIMIT = 32_000;

  /// What most models of today have at least; this protocol does not say it.
  private static final long OPENAI_CONTEXT_LIMIT = 128_000;

  private final Configured configured;
  private final Map<ProviderKind, ModelClient> clients = new EnumMap<>(ProviderKind.class);
  private final OpenAiClient openAiClient;

  /// Checks the settings; nothing is sent.
  ///
  /// @throws BadModelSettings if they name no model, or one that needs a key that is missing
  public ConfiguredModels(ModelSettings settings, Time time) {
    List<Provider> providers = new ArrayList<>();
    List<ModelEntry> models = new ArrayList<>();
    var name = settings.defaultModel();
    var isOpenAi = !name.equals(DEMO) && !name.equals(NONE);
    if (isOpenAi) {
      models.add(openAi(settings));
    }
    if (!name.equals(NONE)) {
      models.add(model(ProviderKind.DEMO, "demo", "Demo", DEMO_CONTEXT_LIMIT, name.equals(DEMO)));
    }
    openAiClient =
        new OpenAiClient(new OpenAiEndpoint(settings.openAiBaseUrl(), settings.openAiKey()), time);
    if (isOpenAi || settings.openAiKey() != null || !isAtOpenAi(settings)) {
      var url = withoutUser(settings.openAiBaseUrl());
      providers.add(provider(ProviderKind.OPENAI, url, settings.openAiKey() != null));
      clients.put(ProviderKind.OPENAI, openAiClient);
    }
    providers.add(provider(ProviderKind.DEMO, null, false));
    clients.put(ProviderKind.DEMO, new DemoClient(time));
    configured = new Configured(providers, models);
  }

  private static ModelEntry openAi(ModelSettings settings) {
    var name = settings.defaultModel();
    if (!name.matches(OPENAI + "/[!-~]+")) {
      throw new BadModelSettings(
          "The model \"%s\" is not known: it must be demo, none, or openai/ and a name, such as openai/gpt-4o."
              .formatted(name));
    }
    if (settings.openAiKey() == null && isAtOpenAi(settings)) {
      throw new BadModelSettings(
          "The model %s needs an API key: set --openai-api-key or CHATD_OPENAI_API_KEY."
              .formatted(name));
    }
    var model = name.substring(OPENAI.length() + 1);
    return model(ProviderKind.OPENAI, model, model, OPENAI_CONTEXT_LIMIT, true);
  }

  private static boolean isAtOpenAi(ModelSettings settings) {
    return settings.openAiBaseUrl().equals(OpenAiEndpoint.OPENAI);
  }

  private static ModelEntry model(
      ProviderKind kind, String model, String displayName, long contextLimit, boolean isDefault) {
    return new ModelEntry(
        id("chatd model " + kind.wireName() + "/" + model),
        kind,
        new ModelEntry.Names(model, displayName),
        new ModelEntry.Use(true, isDefault),
        new ModelEntry.Context(contextLimit, ModelEntry.Context.THRESHOLD_DEFAULT),
        new ModelEntry.Asking(
            ModelParameters.NONE, kind == ProviderKind.DEMO ? Prices.FREE : Prices.UNKNOWN),
        Times.UNKNOWN);
  }

  private static Provider provider(ProviderKind kind, @Nullable String baseUrl, boolean hasApiKey) {
    var entry =
        new ProviderEntry(
            id("chatd provider " + kind.wireName()),
            kind,
            null,
            baseUrl,
            null,
            true,
            Times.UNKNOWN);
    return new Provider(entry, Provider.Source.CONFIG, hasApiKey);
  }

  /// An address may hold a password.
  private static String withoutUser(URI url) {
    var user = url.getRawUserInfo();
    return user == null ? url.toString() : url.toString().replace(user + "@", "");
  }

  private static UUID id(String name) {
    return UUID.nameUUIDFromBytes(name.getBytes(StandardCharsets.US_ASCII));
  }

  /// The providers and models, as administrators see them.
  public Configured configured() {
    return configured;
  }

  /// The client of each provider.
  Map<ProviderKind, ModelClient> clients() {
    return clients;
  }

  /// Breaks off the requests under way.
  @Override
  public void close() {
    openAiClient.close();
  }
}
