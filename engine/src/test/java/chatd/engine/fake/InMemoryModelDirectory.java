package chatd.engine.fake;

import chatd.engine.port.ModelDirectory;
import chatd.engine.port.ModelDirectory.Change.Why;
import chatd.engine.port.ProviderKind;
import chatd.engine.port.Time;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import java.util.function.UnaryOperator;

/// Providers and models in memory.
public final class InMemoryModelDirectory implements ModelDirectory {
  private final Time time;
  private final Instant since;
  private final Map<UUID, ProviderEntry> providers = new LinkedHashMap<>();
  private final Map<UUID, ModelEntry> models = new LinkedHashMap<>();
  private long version;

  public InMemoryModelDirectory(Time time) {
    this.time = time;
    this.since = now();
  }

  @Override
  public synchronized long version() {
    return version;
  }

  @Override
  public synchronized Entries read() {
    return new Entries(
        version, since, new ArrayList<>(providers.values()), new ArrayList<>(models.values()));
  }

  @Override
  public synchronized Change<ProviderEntry> addProvider(ProviderEntry entry) {
    return isKnown(entry.kind())
        ? new Change.Refused<>(Why.PROVIDER_EXISTS)
        : put(entry, new Times(now(), now()));
  }

  @Override
  public synchronized Change<ProviderEntry> changeProvider(
      UUID id, UnaryOperator<ProviderEntry> change) {
    var before = providers.get(id);
    return before == null
        ? new Change.Missing<>()
        : put(change.apply(before), new Times(before.times().createdAt(), now()));
  }

  private Change<ProviderEntry> put(ProviderEntry entry, Times times) {
    var stored =
        new ProviderEntry(
            entry.id(),
            entry.kind(),
            entry.displayName(),
            entry.baseUrl(),
            entry.sealedKey(),
            entry.enabled(),
            times);
    providers.put(entry.id(), stored);
    version++;
    return new Change.Done<>(stored);
  }

  @Override
  public synchronized Change<ProviderEntry> removeProvider(UUID id) {
    var before = providers.get(id);
    if (before == null) {
      return new Change.Missing<>();
    }
    if (models.values().stream().anyMatch(model -> model.provider() == before.kind())) {
      return new Change.Refused<>(Why.PROVIDER_IN_USE);
    }
    providers.remove(id);
    version++;
    return new Change.Done<>(before);
  }

  @Override
  public synchronized Change<ModelEntry> addModel(ModelEntry entry, boolean isProviderKnown) {
    if (models.size() == MODELS_MAX) {
      return new Change.Refused<>(Why.TOO_MANY_MODELS);
    }
    return put(entry, isProviderKnown, new Times(now(), now()));
  }

  @Override
  public synchronized Change<ModelEntry> changeModel(
      UUID id, UnaryOperator<ModelEntry> change, boolean isProviderKnown) {
    var before = models.get(id);
    return before == null
        ? new Change.Missing<>()
        : put(change.apply(before), isProviderKnown, new Times(before.times().createdAt(), now()));
  }

  private Change<ModelEntry> put(ModelEntry entry, boolean isProviderKnown, Times times) {
    if (!isProviderKnown && !isKnown(entry.provider())) {
      return new Change.Refused<>(Why.NO_SUCH_PROVIDER);
    }
    if (entry.use().isDefault()) {
      models.replaceAll((_, other) -> other.withDefault(false));
    }
    var stored =
        new ModelEntry(
            entry.id(),
            entry.provider(),
            entry.names(),
            entry.use(),
            entry.context(),
            entry.asking(),
            times);
    models.put(entry.id(), stored);
    version++;
    return new Change.Done<>(stored);
  }

  @Override
  public synchronized Change<ModelEntry> removeModel(UUID id) {
    var before = models.remove(id);
    if (before == null) {
      return new Change.Missing<>();
    }
    version++;
    return new Change.Done<>(before);
  }

  private boolean isKnown(ProviderKind kind) {
    return providers.values().stream().anyMatch(provider -> provider.kind() == kind);
  }

  private Instant now() {
    return time.now().truncatedTo(ChronoUnit.MICROS);
  }
}
