package chatd.server.model;

import chatd.engine.port.ModelCatalog;
import chatd.engine.port.ModelClient;
import chatd.engine.port.ModelConfig;
import chatd.engine.port.Time;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// The models of the settings: the one that was chosen, and always `demo`.
///
/// Ids are made from the names, so that they are the same on every replica and after every start.
public final class ConfiguredModels implements ModelCatalog, AutoCloseable {
  private static final String OPENAI = "openai";
  private static final long DEMO_CONTEXT_LIMIT = 32_000;

  /// What most models of today have at least; this protocol does not say it.
  private static final long OPENAI_CONTEXT_LIMIT = 128_000;

  private final ModelConfig demo = config("demo", "demo", "Demo", DEMO_CONTEXT_LIMIT);
  private final ModelClient demoClient;
  private final @Nullable ModelConfig openAi;
  private final OpenAiClient openAiClient;

  /// Checks the settings; nothing is sent.
  ///
  /// @throws BadModelSettings if they name no model, or one that needs a key that is missing
  public ConfiguredModels(ModelSettings settings, Time time) {
    openAi = settings.defaultModel().equals(demo.model()) ? null : openAi(settings);
    demoClient = new DemoClient(time);
    openAiClient =
        new OpenAiClient(new OpenAiEndpoint(settings.openAiBaseUrl(), settings.openAiKey()), time);
  }

  private static ModelConfig openAi(ModelSettings settings) {
    var name = settings.defaultModel();
    if (!name.matches(OPENAI + "/[!-~]+")) {
      throw new BadModelSettings(
          "The model \"%s\" is not known: it must be demo, or openai/ and a name, such as openai/gpt-4o."
              .formatted(name));
    }
    if (settings.openAiKey() == null && settings.openAiBaseUrl().equals(OpenAiEndpoint.OPENAI)) {
      throw new BadModelSettings(
          "The model %s needs an API key: set --openai-api-key or CHATD_OPENAI_API_KEY."
              .formatted(name));
    }
    var model = name.substring(OPENAI.length() + 1);
    return config(OPENAI, model, model, OPENAI_CONTEXT_LIMIT);
  }

  private static ModelConfig config(
      String provider, String model, String displayName, long contextLimit) {
    var name = "chatd model " + provider + "/" + model;
    var id = UUID.nameUUIDFromBytes(name.getBytes(StandardCharsets.US_ASCII));
    return new ModelConfig(id, provider, model, displayName, contextLimit);
  }

  @Override
  public Optional<ModelConfig> find(UUID id) {
    return demo.id().equals(id)
        ? Optional.of(demo)
        : Optional.ofNullable(openAi).filter(model -> model.id().equals(id));
  }

  @Override
  public Optional<ModelConfig> preferred() {
    return Optional.of(openAi == null ? demo : openAi);
  }

  @Override
  public ModelClient client(ModelConfig model) {
    return model.provider().equals(demo.provider()) ? demoClient : openAiClient;
  }

  /// Breaks off the requests under way.
  @Override
  public void close() {
    openAiClient.close();
  }
}
