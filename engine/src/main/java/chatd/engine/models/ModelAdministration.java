package chatd.engine.models;

import chatd.engine.port.ModelDirectory;
import chatd.engine.port.ModelDirectory.Change;
import chatd.engine.port.ModelDirectory.ModelEntry;
import chatd.engine.port.ModelDirectory.ProviderEntry;
import chatd.engine.port.ModelDirectory.Times;
import chatd.engine.port.ProviderKind;
import chatd.engine.port.ProviderSecrets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/// What administrators do with providers and models: those of the settings, which nobody can change
/// here, beside those of the database.
public final class ModelAdministration {
  private final Configured configured;
  private final ModelDirectory directory;
  private final ProviderSecrets secrets;
  private final KnownModels known;
  private final Supplier<UUID> ids;

  public ModelAdministration(
      Configured configured,
      ModelDirectory directory,
      ProviderSecrets secrets,
      KnownModels known,
      Supplier<UUID> ids) {
    this.configured = configured;
    this.directory = directory;
    this.secrets = secrets;
    this.known = known;
    this.ids = ids;
  }

  /// Why a change is refused.
  public enum Refusal {
    SET_BY_CONFIGURATION,
    PROVIDER_EXISTS,
    PROVIDER_IN_USE,
    NO_SUCH_PROVIDER,
    ADDRESS_NOT_ALLOWED,
    ADDRESS_MISSING,
    KEY_NEEDED_AGAIN,
    NO_ENCRYPTION_KEY,
    TOO_MANY_MODELS
  }

  /// What became of a change. `entry` is its last state when it was removed.
  public sealed interface Result<T> {
    record Done<T>(T entry) implements Result<T> {}

    record Missing<T>() implements Result<T> {}

    record Refused<T>(Refusal why) implements Result<T> {}
  }

  /// What to set of a provider. Null keeps what is there, an empty text removes it. With another
  /// address the key has to be given again.
  public record ProviderChange(
      @Nullable String displayName,
      @Nullable String baseUrl,
      @Nullable String apiKey,
      @Nullable Boolean enabled) {}

  /// All providers, those of the settings first.
  public List<Provider> providers() {
    var entries = directory.read();
    List<Provider> all = new ArrayList<>();
    for (var provider : configured.providers()) {
      var entry = provider.entry();
      var since = new Times(entries.since(), entries.since());
      all.add(new Provider(at(entry, since), provider.source(), provider.hasApiKey()));
    }
    entries.providers().stream()
        .filter(entry -> !configured.has(entry.kind()))
        .map(ModelAdministration::ofDatabase)
        .forEach(all::add);
    return all;
  }

  /// All models, those of the settings first. At most one is the default: the one that answers
  /// where none was chosen.
  public List<ModelEntry> models() {
    var entries = directory.read();
    var isChosen = entries.models().stream().anyMatch(model -> isDefault(model));
    List<ModelEntry> all = new ArrayList<>();
    for (var model : configured.models()) {
      var since = new Times(entries.since(), entries.since());
      all.add(at(model, since).withDefault(!isChosen && model.use().isDefault()));
    }
    entries.models().forEach(model -> all.add(shown(model)));
    return all;
  }

  public Result<Provider> addProvider(ProviderKind kind, ProviderChange wanted) {
    if (configured.has(kind)) {
      return new Result.Refused<>(Refusal.PROVIDER_EXISTS);
    }
    var fresh = new ProviderEntry(ids.get(), kind, null, null, null, true, Times.UNKNOWN);
    var problem = problem(fresh, wanted);
    return problem != null
        ? new Result.Refused<>(problem)
        : provider(directory.addProvider(changed(fresh, wanted)));
  }

  public Result<Provider> changeProvider(UUID id, ProviderChange wanted) {
    if (configured.hasProvider(id)) {
      return new Result.Refused<>(Refusal.SET_BY_CONFIGURATION);
    }
    var before = entry(id);
    if (before == null) {
      return new Result.Missing<>();
    }
    var problem = problem(before, wanted);
    return problem != null
        ? new Result.Refused<>(problem)
        : provider(directory.changeProvider(id, entry -> changed(entry, wanted)));
  }

  public Result<Provider> removeProvider(UUID id) {
    if (configured.hasProvider(id)) {
      return new Result.Refused<>(Refusal.SET_BY_CONFIGURATION);
    }
    return entry(id) == null ? new Result.Missing<>() : provider(directory.removeProvider(id));
  }

  /// The model is given an id.
  public Result<ModelEntry> addModel(UnaryOperator<ModelEntry> wanted) {
    var model = wanted.apply(fresh());
    return model(directory.addModel(model, configured.has(model.provider())));
  }

  /// `wanted` keeps the id. It may be told of the model twice.
  public Result<ModelEntry> changeModel(UUID id, UnaryOperator<ModelEntry> wanted) {
    if (configured.hasModel(id)) {
      return new Result.Refused<>(Refusal.SET_BY_CONFIGURATION);
    }
    var before =
        directory.read().models().stream().filter(model -> model.id().equals(id)).findAny();
    if (before.isEmpty()) {
      return new Result.Missing<>();
    }
    var kind = wanted.apply(before.get()).provider();
    return model(directory.changeModel(id, wanted, configured.has(kind)));
  }

  public Result<ModelEntry> removeModel(UUID id) {
    return configured.hasModel(id)
        ? new Result.Refused<>(Refusal.SET_BY_CONFIGURATION)
        : model(directory.removeModel(id));
  }

  private ModelEntry fresh() {
    return new ModelEntry(
        ids.get(),
        ProviderKind.DEMO,
        new ModelEntry.Names("", null),
        new ModelEntry.Use(true, false),
        new ModelEntry.Context(1, ModelEntry.Context.THRESHOLD_DEFAULT),
        ModelEntry.Asking.UNKNOWN,
        Times.UNKNOWN);
  }

  /// A provider of the database that counts.
  private @Nullable ProviderEntry entry(UUID id) {
    return directory.read().providers().stream()
        .filter(entry -> entry.id().equals(id) && !configured.has(entry.kind()))
        .findAny()
        .orElse(null);
  }

  private @Nullable Refusal problem(ProviderEntry before, ProviderChange wanted) {
    var url = wanted.baseUrl() == null ? before.baseUrl() : noneIfEmpty(wanted.baseUrl());
    if (url == null && before.kind().ownUrl() == null) {
      return Refusal.ADDRESS_MISSING;
    }
    if (url != null && wanted.baseUrl() != null && !secrets.isAllowed(url)) {
      return Refusal.ADDRESS_NOT_ALLOWED;
    }
    var key = wanted.apiKey();
    if (key == null && before.sealedKey() != null && !isAt(before, url)) {
      return Refusal.KEY_NEEDED_AGAIN;
    }
    return key != null && !key.isEmpty() && secrets.seal(before.id(), key).isEmpty()
        ? Refusal.NO_ENCRYPTION_KEY
        : null;
  }

  private ProviderEntry changed(ProviderEntry entry, ProviderChange wanted) {
    var name = wanted.displayName();
    var url = wanted.baseUrl() == null ? entry.baseUrl() : noneIfEmpty(wanted.baseUrl());
    var key = wanted.apiKey();
    // Where it is may have changed since the change was looked at.
    var kept = isAt(entry, url) ? entry.sealedKey() : null;
    return new ProviderEntry(
        entry.id(),
        entry.kind(),
        name == null ? entry.displayName() : noneIfEmpty(name),
        url,
        key == null ? kept : sealed(entry.id(), key),
        wanted.enabled() == null ? entry.enabled() : wanted.enabled(),
        entry.times());
  }

  /// Whether requests go where they went before. A key is sent only where it was given for: who may
  /// choose the address need not be who has the key. Several customers may share one host, so the
  /// whole address counts.
  private static boolean isAt(ProviderEntry entry, @Nullable String baseUrl) {
    return Objects.equals(address(entry.kind(), entry.baseUrl()), address(entry.kind(), baseUrl));
  }

  private static @Nullable String address(ProviderKind kind, @Nullable String baseUrl) {
    return baseUrl == null ? kind.ownUrl() : baseUrl;
  }

  private @Nullable String sealed(UUID provider, String key) {
    return key.isEmpty() ? null : secrets.seal(provider, key).orElse(null);
  }

  private static @Nullable String noneIfEmpty(String text) {
    return text.isEmpty() ? null : text;
  }

  private Result<Provider> provider(Change<ProviderEntry> change) {
    return switch (change) {
      case Change.Done<ProviderEntry>(var entry) -> {
        known.changed();
        yield new Result.Done<>(ofDatabase(entry));
      }
      case Change.Missing<ProviderEntry> _ -> new Result.Missing<>();
      case Change.Refused<ProviderEntry>(var why) -> new Result.Refused<>(refusal(why));
    };
  }

  private Result<ModelEntry> model(Change<ModelEntry> change) {
    return switch (change) {
      case Change.Done<ModelEntry>(var entry) -> {
        known.changed();
        yield new Result.Done<>(shown(entry));
      }
      case Change.Missing<ModelEntry> _ -> new Result.Missing<>();
      case Change.Refused<ModelEntry>(var why) -> new Result.Refused<>(refusal(why));
    };
  }

  private static Refusal refusal(Change.Why why) {
    return switch (why) {
      case PROVIDER_EXISTS -> Refusal.PROVIDER_EXISTS;
      case PROVIDER_IN_USE -> Refusal.PROVIDER_IN_USE;
      case NO_SUCH_PROVIDER -> Refusal.NO_SUCH_PROVIDER;
      case TOO_MANY_MODELS -> Refusal.TOO_MANY_MODELS;
    };
  }

  private static Provider ofDatabase(ProviderEntry entry) {
    return new Provider(entry, Provider.Source.DATABASE, entry.sealedKey() != null);
  }

  /// A model that is disabled answers nobody, so it is no default.
  private static boolean isDefault(ModelEntry model) {
    return model.use().enabled() && model.use().isDefault();
  }

  private static ModelEntry shown(ModelEntry model) {
    return model.withDefault(isDefault(model));
  }

  private static ProviderEntry at(ProviderEntry entry, Times times) {
    return new ProviderEntry(
        entry.id(),
        entry.kind(),
        entry.displayName(),
        entry.baseUrl(),
        entry.sealedKey(),
        entry.enabled(),
        times);
  }

  private static ModelEntry at(ModelEntry model, Times times) {
    return new ModelEntry(
        model.id(),
        model.provider(),
        model.names(),
        model.use(),
        model.context(),
        model.asking(),
        times);
  }
}
