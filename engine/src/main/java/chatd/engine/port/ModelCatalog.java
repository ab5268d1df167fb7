package chatd.engine.port;

import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// The models that this deployment offers, as this replica knows them. It asks nobody.
public interface ModelCatalog {
  /// A model that is enabled. Its provider may be out of use; then its client says so.
  Optional<ModelConfig> find(UUID id);

  /// The one that answers where none was chosen, or the chosen one is gone.
  Optional<ModelConfig> preferred();

  /// The client that speaks to this model's provider.
  ModelClient client(ModelConfig model);

  /// Every provider there is, with the models that can be chosen.
  List<Offer> offers();

  /// Whether people may choose this model now.
  default boolean isOffered(UUID id) {
    return offers().stream()
        .flatMap(offer -> offer.models().stream())
        .anyMatch(model -> model.id().equals(id));
  }

  /// A provider, why it cannot be used if so, and its models; none if it cannot.
  record Offer(String provider, @Nullable Unavailable why, List<ModelConfig> models) {
    public Offer {
      models = List.copyOf(models);
    }
  }

  /// Why the models of a provider cannot be chosen.
  enum Unavailable {
    MISSING_API_KEY,
    PROVIDER_DISABLED
  }
}
