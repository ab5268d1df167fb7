package chatd.server.http;

import chatd.engine.fake.ScriptedModel;
import chatd.engine.port.ModelCatalog;
import chatd.engine.port.ModelClient;
import chatd.engine.port.ModelConfig;
import java.util.Optional;
import java.util.UUID;

/// One model, which is asked for titles at most. A test may take it off the list.
final class TestModels implements ModelCatalog {
  static final ModelConfig MODEL =
      new ModelConfig(
          UUID.fromString("44444444-4444-4444-8444-444444444444"), "demo", "demo", "Demo", 200_000);

  final ScriptedModel script = new ScriptedModel();
  volatile boolean isOffered = true;

  @Override
  public Optional<ModelConfig> find(UUID id) {
    return preferred().filter(model -> model.id().equals(id));
  }

  @Override
  public Optional<ModelConfig> preferred() {
    return isOffered ? Optional.of(MODEL) : Optional.empty();
  }

  @Override
  public ModelClient client(ModelConfig model) {
    return script;
  }
}
