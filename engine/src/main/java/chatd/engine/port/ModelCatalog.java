package chatd.engine.port;

import java.util.Optional;
import java.util.UUID;

/// The models that this deployment offers.
public interface ModelCatalog {
  Optional<ModelConfig> find(UUID id);

  Optional<ModelConfig> preferred();

  /// The client that speaks to this model's provider.
  ModelClient client(ModelConfig model);
}
