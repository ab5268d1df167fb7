package chatd.engine.models;

import chatd.engine.port.ModelDirectory.ModelEntry;
import chatd.engine.port.ProviderKind;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/// The providers and models that the settings of the server name. They come before those of the
/// database: a provider there of the same kind does not count while it is named here.
public record Configured(List<Provider> providers, List<ModelEntry> models) {
  public Configured {
    providers = List.copyOf(providers);
    models = List.copyOf(models);
  }

  public boolean has(ProviderKind kind) {
    return providers.stream().anyMatch(provider -> provider.entry().kind() == kind);
  }

  boolean hasProvider(UUID id) {
    return providers.stream().anyMatch(provider -> provider.entry().id().equals(id));
  }

  boolean hasModel(UUID id) {
    return models.stream().anyMatch(model -> model.id().equals(id));
  }

  /// The model that answers where the database names no default.
  public Optional<ModelEntry> preferred() {
    return models.stream().filter(model -> model.use().isDefault()).findFirst();
  }
}
