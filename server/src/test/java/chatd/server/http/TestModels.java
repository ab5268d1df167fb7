package chatd.server.http;

import chatd.engine.fake.ScriptedModel;
import chatd.engine.port.ModelCatalog;
import chatd.engine.port.ModelClient;
import chatd.engine.port.ModelConfig;
import chatd.server.model.OfferedModels;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/// One model, which is asked for titles at most, beside those that administrators add. A test may
/// take it off the list.
final class TestModels implements ModelCatalog {
  static final ModelConfig MODEL =
      new ModelConfig(
          UUID.fromString("44444444-4444-4444-8444-444444444444"), "demo", "demo", "Demo", 200_000);

  private final OfferedModels added;
  final ScriptedModel script = new ScriptedModel();
  volatile boolean isOffered = true;

  TestModels(OfferedModels added) {
    this.added = added;
  }

  @Override
  public Optional<ModelConfig> find(UUID id) {
    return own().filter(model -> model.id().equals(id)).or(() -> added.find(id));
  }

  @Override
  public Optional<ModelConfig> preferred() {
    return own().or(added::preferred);
  }

  private Optional<ModelConfig> own() {
    return isOffered ? Optional.of(MODEL) : Optional.empty();
  }

  @Override
  public ModelClient client(ModelConfig model) {
    return script;
  }

  @Override
  public List<Offer> offers() {
    return added.offers();
  }

  @Override
  public boolean isOffered(UUID id) {
    return own().filter(model -> model.id().equals(id)).isPresent() || added.isOffered(id);
  }
}
